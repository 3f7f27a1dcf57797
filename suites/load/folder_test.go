package load_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
	"github.com/khop-dev/khop/suites/report"
)

func TestFolder(t *testing.T) {
	t.Parallel()
	folder := report.Folder(filepath.Join(t.TempDir(), "a"))
	if err := folder.Prepare(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time over the first
		if err := load.Write(folder, stormy(), lang.English); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(string(folder))
	if err != nil || len(files) != len(load.Files()) {
		t.Errorf("%d files, %v", len(files), err)
	}
	for _, name := range load.Files() {
		if info, err := os.Stat(filepath.Join(string(folder), name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	file, err := os.Open(filepath.Join(string(folder), "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if r, err := burst.Read(file); err != nil || r.Requests != 12_000 || r.Held() {
		t.Errorf("read again: %d requests, %v", r.Requests, err)
	}
	if err := load.Write(report.Folder(filepath.Join(string(folder), "nowhere")), calm(), lang.English); err == nil {
		t.Error("a report was written into no folder")
	}
}
