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
		if sources[0].Legible || sources[1].Legible != (c.manner == inspect.Natural) {
			t.Errorf("%q: legible %v and %v", c.manner, sources[0].Legible, sources[1].Legible)
		}
		if sources[0].Lenient != c.named || sources[1].Lenient != c.inFolder {
			t.Errorf("%q: lenient %v and %v", c.manner, sources[0].Lenient, sources[1].Lenient)
		}
	}
}

// TestABrokenFileAmongOthersIsTold sees to it that leniency is for other people's files. Where they are to be passed
// over whatever they hold, a payload that was cut off and a merge conflict are told still; in a folder whatever is no
// JSON, but for settings with comments.
func TestABrokenFileAmongOthersIsTold(t *testing.T) {
	status := documented(t, "superai", "update_status")
	const nobody, folder, always = 0, 1, 2
	for text, told := range map[string]int{
		`{"message_id":"m","data_event":{"id":`: always,
		`{"type":"update_status","code":`:       always,
		status[1:]:                              always,
		status[4:]:                              always,
		"{" + status:                            always,
		"{ // a note\n" + status[1:]:            always,
		"<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> other\n":          always,
		"{\n\"a\": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> b\n]}": always,
		"{}\n=======\n{}\n>>>>>>> b":                              always,
		"\xff\xfe{\x00":                                           always,
		"":                                                        folder,
		"\x00\x01\x02\x03":                                        folder,
		"{\"a\": \"\xe9\"}":                                       folder,
		"\xe9t\xe9":                                               folder,
		"# notes":                                                 folder,
		"a=1":                                                     folder,
		"tomorrow":                                                folder,
		`"name": "x"}`:                                            folder,
		`{{ .Values.hook }}`:                                      folder,
		`{"name": "x", "version"`:                                 folder,
		"{\n // } settings: \"\n \"compilerOptions\": {}, /* [ \n=======\n */\n}": nobody,
		"/* settings */ [\"//\", 1,]": nobody,
		"\ufeff{\"name\": \"x\"}":     nobody,
		`{"name": "x"}`:               nobody,
		`"a text"`:                    nobody,
	} {
		for _, legible := range []bool{false, true} {
			s := source("p.json", text)
			s.Lenient, s.Legible = true, legible
			f, sum := examine(t, s, inspect.Options{})
			want := told == always || told == folder && legible
			if sum.Good() == want || !want && sum.Skipped != 1 {
				t.Errorf("legible %v: %q: %+v %q", legible, text, sum, f.lines())
			}
		}
	}
}

func TestAPayloadMayBeGivenItself(t *testing.T) {
	callback := documented(t, "esms", "zalo")
	for argument, want := range map[string]string{
		"https://x.vn/cb?" + callback:             "argument 1",
		callback:                                  "argument 1",
		"SendStatus=5&TypeId=24":                  "argument 1",
		documented(t, "superai", "update_status"): "argument 1",
		"gone=1.json":                             "gone=1.json",
		"gone.json":                               "gone.json",
		"folder/gone.json":                        "folder/gone.json",
	} {
		if got := inspect.Gather([]string{argument}, nil, inspect.Natural)[0].Name; got != want {
			t.Errorf("%s: %s, want %s", argument, got, want)
		}
	}
	f := &findings{}
	sum, err := inspect.Inspect(t.Context(), inspect.Gather([]string{"https://x.vn/cb?" + callback}, nil, inspect.Natural), inspect.Options{}, f)
	if err != nil || sum.Valid != 1 || !sum.Good() {
		t.Errorf("%+v %v", sum, err)
	}
}

// TestAByteOrderMarkIsTheProblemOfAPayload counts it once: what it stands before is invalid.
func TestAByteOrderMarkIsTheProblemOfAPayload(t *testing.T) {
	status := documented(t, "superai", "update_status")
	for text, valid := range map[string]int{"\ufeff" + status: 0, "\ufeff" + status + "\n" + status: 1, "\ufeff[" + status + "]": 0} {
		_, sum := examine(t, source("p.json", text), inspect.Options{})
		if sum.Valid != valid || sum.Invalid != 1 || sum.Broken != 0 {
			t.Errorf("%.20q: %+v", text, sum)
		}
	}
}
