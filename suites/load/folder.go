package load

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// renderings are the files of a report folder; those for machines speak no language.
var renderings = []struct {
	name   string
	render func(io.Writer, burst.Result, lang.Language) error
}{
	{"report.json", mute(WriteJSON)},
	{"report.html", WriteHTML},
	{"report.md", WriteMarkdown},
	{"junit.xml", mute(WriteJUnit)},
}

func mute(render func(io.Writer, burst.Result) error) func(io.Writer, burst.Result, lang.Language) error {
	return func(w io.Writer, r burst.Result, _ lang.Language) error { return render(w, r) }
}

// Files names the files of a report folder.
func Files() []string {
	var names []string
	for _, r := range renderings {
		names = append(names, r.name)
	}
	return names
}

// Write puts every rendering into the folder, which has been prepared.
func Write(folder report.Folder, r burst.Result, language lang.Language) error {
	for _, rendering := range renderings {
		render := func(w io.Writer) error { return rendering.render(w, r, language) }
		if err := folder.WriteFile(rendering.name, render); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(string(folder), rendering.name), err)
		}
	}
	return nil
}

// WriteJSON renders report.json.
func WriteJSON(w io.Writer, r burst.Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
