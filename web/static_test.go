package web

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func itoa(n int) string { return strconv.Itoa(n) }

// withBuilt returns the pages, with those files in their folder of built files, each holding its own name.
func withBuilt(t *testing.T, names ...string) (http.Handler, string) {
	folder := t.TempDir()
	for _, name := range names {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(name), 0o600))
	}
	return New(Config{Built: folder}), folder
}

func TestTheProgramTravelsInTheSmallestFormTheBrowserTakes(t *testing.T) {
	h, _ := withBuilt(t, "app.wasm", "app.wasm.br", "app.wasm.gz")
	for _, c := range []struct{ accept, encoding, body string }{
		{"gzip, deflate, br, zstd", "br", "app.wasm.br"},
		{"gzip", "gzip", "app.wasm.gz"},
		{"br;q=0, gzip", "gzip", "app.wasm.gz"},
		{"", "", "app.wasm"},
	} {
		answer := get(h, "/static/app.wasm", "Accept-Encoding", c.accept)
		require.Equal(t, http.StatusOK, answer.Code)
		require.Equal(t, c.encoding, answer.Header().Get("Content-Encoding"))
		require.Equal(t, c.body, answer.Body.String())
		require.Equal(t, "application/wasm", answer.Header().Get("Content-Type"))
		require.Equal(t, "Accept-Encoding", answer.Header().Get("Vary"))
	}
}

func TestAProgramThatHasNotChangedIsNotSentAgain(t *testing.T) {
	h, folder := withBuilt(t, "app.wasm")
	tag := get(h, "/static/app.wasm").Header().Get("ETag")
	require.Equal(t, http.StatusNotModified, get(h, "/static/app.wasm", "If-None-Match", tag).Code)

	require.NoError(t, os.WriteFile(filepath.Join(folder, "app.wasm"), []byte("another"), 0o600))
	require.Equal(t, http.StatusOK, get(h, "/static/app.wasm", "If-None-Match", tag).Code)
}

func TestACompressedFileOfAnEarlierBuildIsNotSent(t *testing.T) {
	h, folder := withBuilt(t, "app.wasm", "app.wasm.br")
	earlier := time.Now().Add(-time.Minute)
	require.NoError(t, os.Chtimes(filepath.Join(folder, "app.wasm.br"), earlier, earlier))
	require.Equal(t, "app.wasm", get(h, "/static/app.wasm", "Accept-Encoding", "br").Body.String())
}

func TestWhileTheProgramIsBeingBuiltTheAnswerIsAskAgain(t *testing.T) {
	h, _ := withBuilt(t)
	answer := get(h, "/static/app.wasm")
	require.Equal(t, http.StatusServiceUnavailable, answer.Code)
	require.NotEmpty(t, answer.Header().Get("Retry-After"))
}

func TestOnlyTheProgramIsServedFromTheFolderOfBuiltFiles(t *testing.T) {
	h, _ := withBuilt(t, "app.wasm", "secret.txt", "app.wasm.br")
	for _, path := range []string{"/static/secret.txt", "/static/app.wasm.br", "/static/", "/static/x/app.wasm", "/static/css/base.css"} {
		require.Equal(t, http.StatusNotFound, get(h, path).Code, path)
	}
}

func TestAPagesOwnFilesAreKeptForGoodUntilTheyChange(t *testing.T) {
	h, _ := withBuilt(t)
	address := regexp.MustCompile(`/static/style\.css\?v=\w+`).FindString(get(h, "/en/").Body.String())
	require.NotEmpty(t, address)
	require.Contains(t, get(h, address).Header().Get("Cache-Control"), "immutable")
	require.Equal(t, "no-cache", get(h, "/static/style.css?v=old").Header().Get("Cache-Control"))
	tag := get(h, address).Header().Get("ETag")
	require.Equal(t, http.StatusNotModified, get(h, address, "If-None-Match", tag).Code)
}

func TestEveryPartOfTheStyleSheetIsServed(t *testing.T) {
	parts, err := files.ReadDir("static/css")
	require.NoError(t, err)
	require.Len(t, parts, len(sheets), "a file of static/css is missing from sheets")
}
