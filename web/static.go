package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"time"

	"wslab/web/page"
)

//go:embed static/boot.js static/icon.svg static/css static/module
var files embed.FS

// sheets are the parts of the style sheet, in the order of the cascade. They travel as one file.
var sheets = []string{"base", "page", "home", "prose", "instrument", "panels", "wire", "sequence", "tests", "answer", "chat", "bench", "narrow", "print"}

// static serves the files that pages load: the house's own from the program, the built ones from disk.
type static struct {
	own    map[string]asset
	built  built
	assets page.Assets
}

// An asset is a file of the program itself.
type asset struct {
	content     []byte
	contentType string
	version     string
}

func newStatic(folder string) *static {
	var css []byte
	for _, name := range sheets {
		css = append(append(css, embedded("css/"+name+".css")...), '\n')
	}
	s := &static{built: built(folder), own: map[string]asset{
		"style.css":  newAsset(css, "text/css; charset=utf-8"),
		"boot.js":    newAsset(embedded("boot.js"), "text/javascript; charset=utf-8"),
		"client.js":  newAsset(embedded("module/client.js"), "text/javascript; charset=utf-8"),
		"harness.js": newAsset(embedded("module/harness.js"), "text/javascript; charset=utf-8"),
		"icon.svg":   newAsset(embedded("icon.svg"), "image/svg+xml"),
	}}
	s.assets = page.Assets{Style: s.address("style.css"), Boot: s.address("boot.js"), Icon: s.address("icon.svg")}
	return s
}

func embedded(name string) []byte {
	content, err := files.ReadFile("static/" + name)
	if err != nil {
		panic("web: " + err.Error()) // a name in this file is wrong: no page could work
	}
	return content
}

func newAsset(content []byte, contentType string) asset {
	sum := sha256.Sum256(content)
	return asset{content, contentType, hex.EncodeToString(sum[:8])}
}

// address carries the version, so that a browser may keep the file for good.
func (s *static) address(name string) string { return "/static/" + name + "?v=" + s.own[name].version }

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if path.Dir(r.URL.Path) != "/static" {
		http.NotFound(w, r)
		return
	}
	if a, ok := s.own[name]; ok {
		a.ServeHTTP(w, r)
		return
	}
	s.built.serve(w, r, name)
}

func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("ETag", `"`+a.version+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.content))
}
