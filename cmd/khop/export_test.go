package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/schemas"
)

func TestSchemaListsAndPrintsEach(t *testing.T) {
	_, all, _ := khop(t, "schema")
	_, own, _ := khop(t, "schema", "superai")
	for _, s := range schemas.All() {
		line := func(list string) bool {
			for entry := range strings.Lines(list) {
				if strings.HasPrefix(entry, s.ID+" ") && strings.Contains(entry, s.Title) && strings.Contains(entry, "https://") {
					return true
				}
			}
			return false
		}
		if !line(all) {
			t.Errorf("khop schema lacks %s, its title or its source", s.ID)
		}
		if line(own) != (s.Provider == "superai") {
			t.Errorf("khop schema superai and %s", s.ID)
		}
		for _, word := range []string{s.ID, s.ID + ".json", "https://khop.dev/schemas/" + s.ID + ".json"} {
			if code, out, complaint := khop(t, "schema", word); code != exitConforms || out != string(s.Raw) {
				t.Errorf("khop schema %s: exit code %d, not the file's bytes: %s", word, code, complaint)
			}
		}
	}
	if _, out, _ := khop(t, "schema", "report"); out != string(schemas.Report().Raw) || !strings.Contains(all, "\nreport ") {
		t.Error("report.json's schema is not listed, or not printed as it is")
	}
}

func TestExportWritesWhereAndAsIsAsked(t *testing.T) {
	for kind, member := range map[string]string{"openapi": "openapi", "asyncapi": "asyncapi", "jsonschema": "$schema"} {
		folder := t.TempDir()
		_, out, _ := khop(t, "export", kind)
		_, again, _ := khop(t, "export", kind)
		var want map[string]any
		if err := json.Unmarshal([]byte(out), &want); err != nil || want[member] == nil || out != again {
			t.Errorf("%s: %v, or two calls differ", kind, err)
		}
		for _, one := range []struct {
			name   string
			format []string
			yaml   bool
		}{
			{"a.json", nil, false},
			{"a.yaml", nil, true},
			{"a.yml", nil, true},
			{"a.txt", []string{"--format", "yaml"}, true},
			{"b.yaml", []string{"--format", "json"}, false},
		} {
			file := filepath.Join(folder, one.name)
			if code, said, complaint := khop(t, append([]string{"export", kind, "--out", file}, one.format...)...); code != exitConforms || said+complaint != "" {
				t.Fatalf("exit code %d: %s%s", code, said, complaint)
			}
			written, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := yaml.Unmarshal(written, &got); err != nil || got[member] != want[member] || json.Valid(written) == one.yaml {
				t.Errorf("%s to %s: %v, %.60s", kind, one.name, err, written)
			}
			if !one.yaml && !bytes.Equal(written, []byte(out)) {
				t.Errorf("%s: a file gets other bytes than standard output", kind)
			}
		}
	}
}

func TestExportOfSomeProvidersIsOfThemAlone(t *testing.T) {
	_, out, _ := khop(t, "export", "jsonschema", "--provider", "superai", "--provider", "esms", "--provider", "superai")
	var bundle struct{ Definitions map[string]any }
	if err := json.Unmarshal([]byte(out), &bundle); err != nil || len(bundle.Definitions) != 3 {
		t.Errorf("%v: %d schemas, want three", err, len(bundle.Definitions))
	}
	if code, _, complaint := khop(t, "export", "openapi", "--out", filepath.Join(t.TempDir(), "none", "x.json")); code != exitUsage || !strings.Contains(complaint, "--out: ") {
		t.Errorf("exit code %d: %s", code, complaint)
	}
}
