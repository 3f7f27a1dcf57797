package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Source is something to inspect.
type Source struct {
	// Name is how findings call it.
	Name string
	// Open begins to read it.
	Open func() (io.ReadCloser, error)
	// Lenient says that what is no provider's payload is passed over, and not a problem.
	Lenient bool
	// Legible says that it has to be JSON even so, whosesoever it is, but for the comments of settings files.
	Legible bool
	// Size is how many bytes it has; 0 if nobody knows.
	Size int64
}

// Stdin is the name under which standard input is inspected.
const Stdin = "stdin"

// Manner is how to treat payloads that no provider documents.
type Manner string

// Manners. Natural expects a payload in everything that is named, and not in all that lies in a folder.
const (
	Natural Manner = ""
	Fail    Manner = "fail"
	Skip    Manner = "skip"
)

// Gather makes sources of files, folders and "-" for stdin, each once, in their order. A folder stands for the files
// in it, and beneath it, that may hold payloads by their names. A callback URL, a query string or an object may be
// given itself. What cannot be found becomes a source that fails to open, so that the rest is inspected all the same.
func Gather(names []string, stdin io.Reader, unknown Manner) []Source {
	g := gathering{unknown: unknown, seen: map[string]bool{}}
	for i, name := range names {
		switch info, err := os.Stat(name); {
		case name == "-":
			g.add(Source{Name: Stdin, Open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }}, Fail)
		case err != nil && itself(name):
			given := Source{Name: fmt.Sprintf("argument %d", i+1), Size: int64(len(name))}
			given.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(name)), nil }
			g.add(given, Fail)
		case err != nil:
			g.add(failing(name, err), Fail)
		case info.IsDir():
			g.walk(name)
		default:
			g.file(name, info, Fail)
		}
	}
	return g.sources
}

// itself tells whether what was given is no file's name but a payload.
func itself(argument string) bool {
	_, behind, ok := queryOn([]byte(argument))
	return ok && (behind > 0 || strings.Contains(argument, "&") || strings.HasPrefix(argument, "SMSID=")) || strings.HasPrefix(argument, "{")
}

type gathering struct {
	unknown Manner
	seen    map[string]bool
	sources []Source
}

// add takes a source that was not there yet. Natural is how unknown payloads in it are treated if the user does not
// say.
func (g *gathering) add(s Source, natural Manner) {
	if key := filepath.Clean(s.Name); !g.seen[key] {
		g.seen[key] = true
		s.Lenient = g.unknown == Skip || g.unknown == Natural && natural == Skip
		s.Legible = g.unknown == Natural && natural == Skip
		g.sources = append(g.sources, s)
	}
}

func (g *gathering) file(name string, info fs.FileInfo, natural Manner) {
	s := Source{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }}
	if info.Mode().IsRegular() {
		s.Size = info.Size()
	}
	g.add(s, natural)
}

// walk takes the files of a folder. Symbolic links in it are not followed, so that the walk ends.
func (g *gathering) walk(folder string) {
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		g.add(failing(folder, err), Fail)
		return
	}
	_ = filepath.WalkDir(real, func(path string, e fs.DirEntry, err error) error {
		inside, _ := filepath.Rel(real, path)
		name := filepath.Join(folder, inside)
		switch {
		case err != nil:
			g.add(failing(name, err), Fail)
		case e.IsDir():
			if inside != "." && passedOver(e.Name()) {
				return fs.SkipDir
			}
		case e.Type().IsRegular() && mayHold(e.Name()):
			info, err := e.Info()
			if err != nil {
				g.add(failing(name, err), Fail)
				break
			}
			g.file(name, info, Skip)
		}
		return nil
	})
}

// passedOver are folders that hold nobody's payloads.
func passedOver(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "node_modules"
}

// mayHold tells by its name whether a file in a folder may hold payloads. A log is not taken: it may be of anything,
// and is to be named.
func mayHold(file string) bool { return !strings.HasPrefix(file, ".") && promisesJSON(file) }

// promisesJSON tells whether a file is JSON by its name.
func promisesJSON(file string) bool {
	ending := filepath.Ext(strings.TrimSuffix(strings.ToLower(file), ".gz"))
	return slices.Contains([]string{".json", ".ndjson", ".jsonl", ".har"}, ending)
}

// failing is a source that cannot be opened.
func failing(name string, err error) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return nil, err }}
}

// why says in a few words why a file could not be opened or read.
func why(err error) error {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("it may not be read by this user")
	case errors.As(err, &path):
		return fmt.Errorf("it cannot be read: %w", path.Err)
	}
	return fmt.Errorf("it cannot be read: %w", err)
}
