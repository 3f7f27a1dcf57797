package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect"
)

// github writes workflow commands, which GitHub Actions shows as annotations of the files.
// Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
type github struct{ io.Writer }

func newGitHub(w io.Writer, _ Options) Writer { return github{w} }

func (g github) Found(f inspect.Finding) error {
	for _, p := range f.Problems {
		title := schemaOf(f)
		if title == "" {
			title = "khop"
		}
		_, err := fmt.Fprintf(g, "::error file=%s,line=%d,col=%d,title=%s::%s\n",
			property.Replace(f.File), p.Line, p.Column, property.Replace(title), data.Replace(message(p)))
		if err != nil {
			return err
		}
	}
	return nil
}

func (g github) Finished(f inspect.FileCount) error {
	if f.Unreadable == nil {
		return nil
	}
	_, err := fmt.Fprintf(g, "::error file=%s,title=khop::%s\n", property.Replace(f.File), data.Replace(f.Unreadable.Error()))
	return err
}

func (g github) Close(inspect.Summary) error { return nil }

// data and property escape what would end a command, or one of its properties.
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
