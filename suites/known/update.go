package known

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/suites/report"
)

// Change says what Update did to the file.
type Change struct {
	Added, Changed, Removed []string // ids of checks
	Reasoned                []string // those whose entry was there and lacked a reason
}

// header begins a file that Update makes.
const header = `# Failures that are tolerated for now. Each needs a reason; "until: 2026-12-31" ends it.
# A * in a message stands for what differs from run to run.
`

// Update rewrites known failures from a run that was made without them: failures
// that are not there are added with the given reason, messages that changed are
// renewed, entries of checks that pass now are taken out. Entries of checks that the
// run did not judge stay, as do reasons, days and comments; entries that lack a reason
// get the given one, too. A warning counts as a failure in a strict run alone.
func Update(file string, before []byte, r *report.Report, reason string) ([]byte, Change, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(before, &document); err != nil {
		return nil, Change{}, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if _, err := parse(file, before); err != nil {
		return nil, Change{}, err
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	fresh := len(document.Content) == 0 || document.Content[0].Kind != yaml.SequenceNode
	if !fresh {
		list = document.Content[0]
	}
	var change Change
	for _, check := range r.Checks {
		change.note(list, check, r.Strict, reason)
	}
	for _, entry := range list.Content {
		change.argue(entry, reason)
	}
	if len(list.Content) == 0 {
		return []byte(header), change, nil
	}
	if !fresh {
		text, err := encode(&document) // with its comments
		return text, change, err
	}
	text, err := encode(list)
	return append([]byte(header), text...), change, err
}

// Excuse judges a finished run by the entries of a file that Update has just written. One
// that lacks its reason excuses, and fails the run, as it would the next.
func Excuse(file string, text []byte, r *report.Report) error {
	nodes, err := parse(file, text)
	if err != nil {
		return err
	}
	reader := &reader{file: file}
	list := &List{}
	for _, node := range nodes {
		list.entries = append(list.entries, reader.entry(node))
	}
	for i := range r.Checks {
		list.Judge(&r.Checks[i], r.Started)
	}
	r.Stale = append(list.Stale(r), list.unreasoned(r)...)
	r.Conclude()
	return nil
}

// note brings one check's entry up to date.
func (c *Change) note(list *yaml.Node, check report.Check, strict bool, reason string) {
	at := slices.IndexFunc(list.Content, func(n *yaml.Node) bool { return text(member(n, "check")) == check.ID })
	counts := check.Status == report.Fail || check.Status == report.Warn && strict
	switch {
	case at < 0 && counts:
		list.Content = append(list.Content, newEntry(check, reason))
		c.Added = append(c.Added, check.ID)
	case at >= 0 && failed(check):
		message := member(list.Content[at], "message")
		if message != nil && !(Entry{Message: message.Value}).fits(check.Message) {
			message.Value = lasting(check.Message)
			c.Changed = append(c.Changed, check.ID)
		}
	case at >= 0 && check.Status == report.Pass:
		list.Content = slices.Delete(list.Content, at, at+1)
		c.Removed = append(c.Removed, check.ID)
	}
}

// argue gives an entry that lacks a reason the one that there is.
func (c *Change) argue(entry *yaml.Node, reason string) {
	node := member(entry, "reason")
	if reason == "" || strings.TrimSpace(text(node)) != "" {
		return
	}
	if node == nil {
		node = written("")
		entry.Content = append(entry.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "reason"}, node)
	}
	node.SetString(reason)
	node.Style = yaml.DoubleQuotedStyle
	c.Reasoned = append(c.Reasoned, text(member(entry, "check")))
}

// written is a text as the file holds it.
func written(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: text}
}

func newEntry(check report.Check, reason string) *yaml.Node {
	entry := &yaml.Node{Kind: yaml.MappingNode}
	for _, pair := range [][2]string{{"check", check.ID}, {"message", lasting(check.Message)}, {"reason", reason}} {
		value := written(pair[1])
		if pair[0] == "check" {
			value.Style = 0
		}
		entry.Content = append(entry.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: pair[0]}, value)
	}
	return entry
}

func member(entry *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if entry.Content[i].Value == name {
			return entry.Content[i+1]
		}
	}
	return nil
}

// fleeting is what differs from run to run in a message: lengths of time, and words
// with so many digits that they are identities or moments.
var fleeting = regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s|m|h)\b|[\w-]*\d{6}[\w-]*`)

// lasting is a message with a * for everything fleeting; the message as it is where
// too little would be left of it.
func lasting(message string) string {
	wide := Entry{Message: fleeting.ReplaceAllString(message, "*")}
	if wide.tooWide(message) {
		return message
	}
	return wide.Message
}
