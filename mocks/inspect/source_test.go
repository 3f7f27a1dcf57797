package inspect_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/inspect"
)

// folder makes the files and symbolic links (name -> target) of a folder.
func folder(t *testing.T, files, links map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range links {
		if err := os.Symlink(filepath.Join(root, target), filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func names(root string, sources []inspect.Source) []string {
	var all []string
	for _, s := range sources {
		all = append(all, strings.TrimPrefix(s.Name, root+"/"))
	}
	return all
}

func TestAFolderIsWalked(t *testing.T) {
	root := folder(t, map[string]string{
		"b.json": "{}", "a/x.NDJSON": "", "a/y.jsonl.gz": "", "c.har": "", "access.log": "", "notes.txt": "",
		".hidden.json": "", ".git/z.json": "", "node_modules/m/package.json": "", "a/deep/er/q.json.gz": "",
	}, map[string]string{"loop": ".", "link.json": "b.json"})
	got := names(root, inspect.Gather([]string{root}, nil, inspect.Natural))
	if want := []string{"a/deep/er/q.json.gz", "a/x.NDJSON", "a/y.jsonl.gz", "b.json", "c.har"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	linked := inspect.Gather([]string{filepath.Join(root, "loop")}, nil, inspect.Natural)
	if len(linked) != 5 {
		t.Errorf("a link to a folder that is named is that folder: %q", names(root, linked))
	}
	for _, s := range linked {
		file, err := s.Open()
		if err != nil {
			t.Error(err)
			continue
		}
		_ = file.Close()
	}
}

func TestWhatIsNamedIsTakenOnceAndInItsOrder(t *testing.T) {
	root := folder(t, map[string]string{"b.json": "{}", "access.log": "x"}, nil)
	t.Chdir(root)
	sources := inspect.Gather([]string{"gone.json", "access.log", "./b.json", ".", "-", "-"}, strings.NewReader("y"), inspect.Natural)
	if want := []string{"gone.json", "access.log", "./b.json", inspect.Stdin}; !slices.Equal(names(root, sources), want) {
		t.Fatalf("%q, want %q", names(root, sources), want)
	}
	if _, err := sources[0].Open(); err == nil {
		t.Error("a file that is not there was opened")
	}
	if sources[1].Size != 1 || sources[3].Size != 0 {
		t.Errorf("sizes %d and %d", sources[1].Size, sources[3].Size)
	}
	in, err := sources[3].Open()
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(in); string(text) != "y" {
		t.Errorf("stdin is %q", text)
	}
}

func TestWhereUnknownPayloadsAreAProblem(t *testing.T) {
	root := folder(t, map[string]string{"f/b.json": "{}", "named.json": "{}"}, nil)
	for _, c := range []struct {
		manner          inspect.Manner
		named, inFolder bool
	}{{inspect.Natural, false, true}, {inspect.Fail, false, false}, {inspect.Skip, true, true}} {
		sources := inspect.Gather([]string{filepath.Join(root, "named.json"), filepath.Join(root, "f")}, nil, c.manner)
		if sources[0].Lenient != c.named || sources[1].Lenient != c.inFolder {
			t.Errorf("%q: lenient %v and %v", c.manner, sources[0].Lenient, sources[1].Lenient)
		}
	}
}

// TestABrokenPayloadInAFolderIsTold sees to it that leniency is for other people's files, and not for payloads that
// were cut off.
func TestABrokenPayloadInAFolderIsTold(t *testing.T) {
	for text, told := range map[string]bool{
		`{"message_id":"m","data_event":{"id":`:        true,
		`{"type":"update_status","code":`:              true,
		"{\n // settings\n \"compilerOptions\": {}\n}": false,
		"":                 false,
		"\x00\x01\x02\x03": false,
		"# notes":          false,
		"\xff\xfe{\x00":    true,
	} {
		s := source("p.json", text)
		s.Lenient = true
		_, sum := examine(t, s, inspect.Options{})
		if sum.Good() == told || !told && sum.Skipped != 1 {
			t.Errorf("%q: %+v", text, sum)
		}
	}
}
