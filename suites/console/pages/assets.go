package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"sync"
)

//go:embed assets
var assetFiles embed.FS

// assetPaths are the addresses of the assets, by name. An address changes with its
// content, so that a browser may keep what it has.
var assetPaths = sync.OnceValue(func() map[string]string {
	paths := map[string]string{}
	names, err := fs.Glob(assetFiles, "assets/*")
	if err != nil {
		panic(err) // the pattern is fixed
	}
	for _, name := range names {
		content, err := assetFiles.ReadFile(name)
		if err != nil {
			panic(err) // the files are part of the program
		}
		sum := sha256.Sum256(content)
		paths[path.Base(name)] = "/" + name + "?v=" + hex.EncodeToString(sum[:6])
	}
	return paths
})

// assetPath is the address of one asset, for the templates.
func assetPath(name string) (string, error) {
	at, ok := assetPaths()[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return at, nil
}

func assets() http.Handler {
	files := http.FileServerFS(assetFiles)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, known := assetPaths()[path.Base(r.URL.Path)]; known {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			files.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	})
}
