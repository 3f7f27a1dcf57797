package lang_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
)

// templateTexts finds what templates put through the functions t and tf.
func templateTexts(t *testing.T) []use {
	t.Helper()
	var all []use
	walk(t, ".", func(root fs.FS, name string) error {
		if !slices.Contains([]string{".html", ".tmpl"}, path.Ext(name)) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		page := parse.New(name)
		page.Mode = parse.SkipFuncCheck
		trees := map[string]*parse.Tree{}
		if _, err := page.Parse(string(text), "", "", trees); err != nil {
			return err
		}
		for _, tree := range trees {
			all = append(all, textsBelow(tree, tree.Root)...)
		}
		return nil
	})
	return all
}

// textsBelow finds the calls of t and tf in a part of a template.
func textsBelow(tree *parse.Tree, node parse.Node) []use {
	var all []use
	for _, below := range nodesBelow(node) {
		all = append(all, textsBelow(tree, below)...)
	}
	command, ok := node.(*parse.CommandNode)
	if !ok || len(command.Args) < 2 {
		return all
	}
	function, ok := command.Args[0].(*parse.IdentifierNode)
	if !ok || function.Ident != "t" && function.Ident != "tf" {
		return all
	}
	place, _ := tree.ErrorContext(command)
	switch text := command.Args[1].(type) {
	case *parse.StringNode:
		return append(all, use{place: place, text: text.Text})
	default:
		words := strings.Split(text.String(), ".")
		return append(all, use{place: place, variable: words[len(words)-1]})
	}
}

// nodesBelow are the parts of a part.
func nodesBelow(node parse.Node) []parse.Node {
	switch node := node.(type) {
	case *parse.ListNode:
		if node != nil {
			return node.Nodes
		}
	case *parse.ActionNode:
		return []parse.Node{node.Pipe}
	case *parse.IfNode:
		return branches(&node.BranchNode)
	case *parse.RangeNode:
		return branches(&node.BranchNode)
	case *parse.WithNode:
		return branches(&node.BranchNode)
	case *parse.TemplateNode:
		if node.Pipe != nil {
			return []parse.Node{node.Pipe}
		}
	case *parse.PipeNode:
		var commands []parse.Node
		for _, command := range node.Cmds {
			commands = append(commands, command)
		}
		return commands
	case *parse.CommandNode:
		return node.Args
	}
	return nil
}

func branches(branch *parse.BranchNode) []parse.Node {
	return []parse.Node{branch.Pipe, branch.List, branch.ElseList}
}

func TestTextsOfATemplate(t *testing.T) {
	t.Parallel()
	trees, err := parse.Parse("page", `{{define "row"}}{{t "Row"}}{{end -}}
{{if .A}}{{t "Yes"}}{{else}}{{tf "%d of %d" 1 (len .B)}}{{end}}
{{range .B}}{{with .C}}<p title="{{t .Check.Title}}">{{printf "%s" (t "Deep")}}{{end}}{{end}}
{{template "row" (t "Given")}}{{u "no text"}}`, "", "", stub("t", "tf", "u"), stub("printf", "len"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, tree := range trees {
		for _, use := range textsBelow(tree, tree.Root) {
			found = append(found, use.text+use.variable)
		}
	}
	slices.Sort(found)
	if want := []string{"%d of %d", "Deep", "Given", "Row", "Title", "Yes"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}

// stub names functions for the parser, which wants to know of them only.
func stub(names ...string) map[string]any {
	functions := map[string]any{}
	for _, name := range names {
		functions[name] = true
	}
	return functions
}
