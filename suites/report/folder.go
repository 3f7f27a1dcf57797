package report

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// Write puts report.json and junit.xml into the folder.
func (f Folder) Write(r *Report) error {
	for name, render := range map[string]func(io.Writer, *Report) error{
		"report.json": WriteJSON,
		"junit.xml":   WriteJUnit,
	} {
		if err := f.write(name, r, render); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(string(f), name), err)
		}
	}
	return nil
}

// write replaces a file whole or not at all.
func (f Folder) write(name string, r *Report, render func(io.Writer, *Report) error) error {
	file, err := os.CreateTemp(string(f), ".khop-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // gone already when all went well
	if err := render(file, r); err != nil {
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
