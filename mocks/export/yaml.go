package export

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// YAML writes a document as YAML: the same members in the same order, and every number
// with its own digits.
func YAML(document rawjson.Value) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(node(document)), encoder.Close()); err != nil {
		return nil, fmt.Errorf("write the document as YAML: %w", err)
	}
	return out.Bytes(), nil
}

func node(v rawjson.Value) *yaml.Node {
	switch v.Kind() {
	case rawjson.Object:
		mapping := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, m := range v.Members() {
			mapping.Content = append(mapping.Content, scalar("!!str", m.Name), node(m.Value))
		}
		return mapping
	case rawjson.Array:
		sequence := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range v.Items() {
			sequence.Content = append(sequence.Content, node(item))
		}
		return sequence
	case rawjson.String:
		return scalar("!!str", v.Content())
	case rawjson.Bool:
		return scalar("!!bool", v.Content())
	case rawjson.Number:
		if strings.ContainsAny(v.Content(), ".eE") {
			return scalar("!!float", v.Content())
		}
		return scalar("!!int", v.Content())
	}
	return scalar("!!null", "null")
}

// scalar writes one value. Text that begins like a number stands in quotes: some readers
// take more such text for times and numbers than YAML 1.2 does.
func scalar(tag, text string) *yaml.Node {
	style := yaml.Style(0)
	if tag == "!!str" && text != "" && strings.ContainsRune("+-.0123456789", rune(text[0])) {
		style = yaml.DoubleQuotedStyle
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text, Style: style}
}
