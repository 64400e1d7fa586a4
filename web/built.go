package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// built is the folder of the files that the build makes. They are never embedded: a fresh clone
// has none of them, and they change while the server runs.
type built string

// builtTypes are the files that may be asked for. Nothing else of the folder is served.
var builtTypes = map[string]string{
	"app.wasm":     "application/wasm",
	"wasm_exec.js": "text/javascript; charset=utf-8",
}

// encodings are the ones a file may be compressed in ahead of time, the smallest first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

func (b built) serve(w http.ResponseWriter, r *http.Request, name string) {
	contentType, ok := builtTypes[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	file, info, encoding := b.open(name, r.Header.Get("Accept-Encoding"))
	if file == nil {
		h.Set("Retry-After", "1")
		http.Error(w, name+" is still being built; ask again", http.StatusServiceUnavailable)
		return
	}
	defer file.Close()
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Type", contentType)
	h.Set("ETag", fmt.Sprintf(`"%x-%x%s"`, info.ModTime().UnixNano(), info.Size(), encoding))
	http.ServeContent(w, r, "", time.Time{}, file)
}

// open returns the smallest form of the file that the browser takes and that is not older than the
// file itself: while a build is under way, the compressed ones are the last build's.
func (b built) open(name, accept string) (*os.File, os.FileInfo, string) {
	plain, info, ok := b.file(name)
	if !ok {
		return nil, nil, ""
	}
	for _, e := range encodings {
		if !accepts(accept, e.name) {
			continue
		}
		small, smallInfo, ok := b.file(name + e.suffix)
		if !ok {
			continue
		}
		if smallInfo.ModTime().Before(info.ModTime()) {
			small.Close()
			continue
		}
		plain.Close()
		return small, smallInfo, e.name
	}
	return plain, info, ""
}

func (b built) file(name string) (*os.File, os.FileInfo, bool) {
	f, err := os.Open(filepath.Join(string(b), name))
	if err != nil {
		return nil, nil, false
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, false
	}
	return f, info, true
}

// accepts tells whether an Accept-Encoding header takes the encoding.
func accepts(header, encoding string) bool {
	for _, w := range weighted(header) {
		if strings.EqualFold(w.value, encoding) {
			return w.q > 0
		}
	}
	return false
}
