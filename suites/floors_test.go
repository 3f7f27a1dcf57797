package suites_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path in front of every package of this project.
const module = "github.com/khop-dev/khop/"

// floors are the folders of the house, top first: each may import what lies below
// it, and what lies beside it on the same floor.
var floors = []string{"cmd", "suites", "mocks", "fixtures", "schemas"}

// floorOf is the floor on which a package lies, counted from the top; -1 for none.
func floorOf(pkg string) int {
	folder, _, _ := strings.Cut(pkg, "/")
	return slices.Index(floors, folder)
}

// looksUp tells whether an import goes up in the house, or out of it to a folder
// that is no floor.
func looksUp(pkg, imported string) bool {
	return floorOf(imported) < floorOf(pkg)
}

func TestEachFloorImportsOnlyWhatLiesBelow(t *testing.T) {
	imports := moduleImports(t)
	if len(imports) < len(floors) {
		t.Fatalf("found %d packages: this test does not see the house", len(imports))
	}
	for pkg, imported := range imports {
		if pkg == "examples" || strings.HasPrefix(pkg, "examples/") {
			continue // they stand beside the house, as its users do
		}
		if floorOf(pkg) < 0 {
			t.Errorf("%s lies on no floor; these are the floors: %s", pkg, strings.Join(floors, ", "))
		}
		for _, other := range imported {
			if looksUp(pkg, other) {
				t.Errorf("%s imports %s, which does not lie below it", pkg, other)
			}
		}
	}
}

func TestTheRuleOfTheFloors(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		up            bool
	}{
		{"cmd/khop", "suites/report", false},
		{"suites", "suites/target", false},
		{"mocks/mobio", "mocks", false},
		{"mocks", "schemas/rawjson", false},
		{"suites", "cmd/khop", true},
		{"fixtures/receivers", "mocks/superai", true},
		{"schemas", "fixtures", true},
		{"mocks", "internal/anything", true},
	} {
		if looksUp(c.pkg, c.imported) != c.up {
			t.Errorf("%s importing %s: up is %v", c.pkg, c.imported, !c.up)
		}
	}
}

// moduleImports lists what each package of the module imports of the module, by
// folder. Test files are exempt: they may use any floor.
func moduleImports(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); path != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata") {
				return fs.SkipDir // as the go command does
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		imports[pkg] = append(imports[pkg], ofModule(file.Imports)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}

// ofModule keeps the imports that stay within the module, without its path.
func ofModule(specs []*ast.ImportSpec) []string {
	var inside []string
	for _, spec := range specs {
		path, err := strconv.Unquote(spec.Path.Value)
		if folder, ours := strings.CutPrefix(path, module); err == nil && ours {
			inside = append(inside, folder)
		}
	}
	return inside
}
