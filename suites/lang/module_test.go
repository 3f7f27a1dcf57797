package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file of the module.
type source struct {
	set  *token.FileSet
	file *ast.File
}

// goSources are the Go files below a folder of the module, without tests.
func goSources(t *testing.T, folder string) []source {
	t.Helper()
	var all []source
	walk(t, folder, func(root fs.FS, name string) error {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		all = append(all, source{set, file})
		return err
	})
	return all
}

// speakingSources are the Go files of the packages that know of languages.
func speakingSources(t *testing.T) []source {
	t.Helper()
	all := goSources(t, ".")
	speaking := map[string]bool{}
	for _, source := range all {
		if source.imports("github.com/khop-dev/khop/suites/lang") {
			speaking[source.folder()] = true
		}
	}
	return slices.DeleteFunc(all, func(source source) bool { return !speaking[source.folder()] })
}

// walk visits the files below a folder of the module that the go command would see.
func walk(t *testing.T, folder string, visit func(root fs.FS, name string) error) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case !entry.IsDir():
			return visit(root, name)
		case base == "testdata" || name != "." && strings.ContainsAny(base[:1], "._"):
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s source) place(node ast.Node) string { return s.set.Position(node.Pos()).String() }

func (s source) folder() string { return path.Dir(s.set.Position(s.file.Package).Filename) }

func (s source) imports(pkg string) bool {
	return slices.ContainsFunc(s.file.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == strconv.Quote(pkg) })
}

// textsOf finds what a function puts through Text and Textf.
func (s source) textsOf(declaration ast.Decl) []use {
	var all []use
	ways := s.waysToText(declaration)
	ast.Inspect(declaration, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if ok && len(call.Args) > 0 && (s.isText(call.Fun) || ways[nameOf(call.Fun)]) {
			text, _ := literal(call.Args[0])
			all = append(all, use{s.place(call), text, nameOf(call.Args[0])})
		}
		return true
	})
	return all
}

// isText tells whether an expression is the method Text or Textf of something, and
// not a function of that name in another package.
func (s source) isText(expr ast.Expr) bool {
	selector, ok := expr.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Text" && selector.Sel.Name != "Textf" {
		return false
	}
	pkg, _ := selector.X.(*ast.Ident)
	return pkg == nil || !slices.ContainsFunc(s.file.Imports, func(spec *ast.ImportSpec) bool {
		return path.Base(strings.Trim(spec.Path.Value, `"`)) == pkg.Name
	})
}

// waysToText are the short names that a function gives the methods: say := l.Text.
func (s source) waysToText(declaration ast.Decl) map[string]bool {
	ways := map[string]bool{}
	ast.Inspect(declaration, func(node ast.Node) bool {
		assignment, ok := node.(*ast.AssignStmt)
		if !ok || len(assignment.Lhs) != len(assignment.Rhs) {
			return true
		}
		for i, value := range assignment.Rhs {
			if s.isText(value) {
				ways[nameOf(assignment.Lhs[i])] = true
			}
		}
		return true
	})
	return ways
}

// nameOf is the last word of a name, also within a conversion: Area of
// string(check.Area).
func nameOf(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.Ident:
		return expr.Name
	case *ast.SelectorExpr:
		return expr.Sel.Name
	case *ast.CallExpr:
		if conversion, ok := expr.Fun.(*ast.Ident); ok && conversion.Name == "string" {
			return nameOf(expr.Args[0])
		}
	}
	return ""
}

// literal is the text of a literal, also of several that are joined.
func literal(expr ast.Expr) (string, bool) {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(expr.Value)
		return text, err == nil && expr.Kind == token.STRING
	case *ast.BinaryExpr:
		left, first := literal(expr.X)
		right, second := literal(expr.Y)
		return left + right, first && second && expr.Op == token.ADD
	}
	return "", false
}

// literals are all texts that the Go files below a folder hold.
func literals(t *testing.T, folder string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, source := range goSources(t, folder) {
		ast.Inspect(source.file, func(node ast.Node) bool {
			if expr, ok := node.(ast.Expr); ok {
				if text, ok := literal(expr); ok {
					all[text] = true
				}
			}
			return true
		})
	}
	return all
}
