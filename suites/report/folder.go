package report

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/khop-dev/khop/suites/lang"
)

// Folder is where a run's reports go.
type Folder string

// Prepare makes the folder and proves that it can be written, so that a run does
// not find out after its work is done.
func (f Folder) Prepare() error {
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		return fmt.Errorf("making the report folder: %w", err)
	}
	probe, err := os.CreateTemp(string(f), ".khop-*")
	if err != nil {
		return fmt.Errorf("writing into the report folder: %w", err)
	}
	_ = probe.Close()
	return os.Remove(probe.Name())
}

// A rendering is one file of a report folder.
type rendering struct {
	name   string
	render func(io.Writer, *Report, lang.Language) error
}

// renderings are all of them; those for machines speak no language.
var renderings = []rendering{
	{"report.json", mute(WriteJSON)},
	{"report.html", WriteHTML},
	{"report.md", WriteMarkdown},
	{"junit.xml", mute(WriteJUnit)},
	{"report.sarif", mute(WriteSARIF)},
	{"badge.json", mute(WriteBadge)},
}

func mute(render func(io.Writer, *Report) error) func(io.Writer, *Report, lang.Language) error {
	return func(w io.Writer, r *Report, _ lang.Language) error { return render(w, r) }
}

// Files names the files of a report folder.
func Files() []string {
	var names []string
	for _, r := range renderings {
		names = append(names, r.name)
	}
	return names
}

// Write puts every rendering into the folder.
func (f Folder) Write(r *Report, language lang.Language) error {
	for _, rendering := range renderings {
		render := func(w io.Writer) error { return rendering.render(w, r, language) }
		if err := f.write(rendering.name, render); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(string(f), rendering.name), err)
		}
	}
	return nil
}

// write replaces a file whole or not at all.
func (f Folder) write(name string, render func(io.Writer) error) error {
	file, err := os.CreateTemp(string(f), ".khop-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // gone already when all went well
	if err := render(file); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(string(f), name))
}

// WriteJSON renders report.json.
func WriteJSON(w io.Writer, r *Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
