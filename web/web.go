// Package web serves the lab's pages: home, lessons and the chat, in both languages, and the files
// they load. It knows the course as data and nothing of gateways; the page's WebAssembly does the
// live part against addresses that others serve.
package web

import (
	"bytes"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"

	"wslab/lessons"
	"wslab/web/component"
	"wslab/web/page"
	"wslab/web/text"
)

// A Config is what the pages need from outside.
type Config struct {
	// Lessons are the lessons that have a page.
	Lessons []lessons.Lesson
	// Mine returns the path, relative to the repository, of the file that the learner edits.
	Mine func(lessons.Lesson) string
	// Recording returns the session that "wire:solution" shows. Without it, or where it returns
	// nothing, the text says that there is no recording.
	Recording func(lessons.Lesson) []Exchange
	// Answer compares the learner's files with those of the reference answer. Without it there is no
	// page of the answer.
	Answer func(lessons.Lesson) ([]lessons.Comparison, error)
	// Standing tells whether the learner has done the lesson. Without it none is done.
	Standing func(lessons.Lesson) (done bool)
	// Built is the folder of the files made by the build: app.wasm, app.wasm.br, app.wasm.gz and
	// wasm_exec.js. While they are missing the answer is 503, and the page asks again.
	Built string
	// SocketIO is the file of socket.io-client, for the page of the module's client. Where there is none the page says
	// how to get it.
	SocketIO string
	// Figures is the file of what ./task bench has measured. Where there is none the page says how to get it.
	Figures string
	// Log hears of pages that cannot be shown. Nil is slog.Default().
	Log *slog.Logger
}

// An Exchange is one thing that crossed a connection in a recorded session.
type Exchange = component.Exchange

// New returns the handler of all pages and their files.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Standing == nil {
		c.Standing = func(lessons.Lesson) bool { return false }
	}
	s := &site{Config: c, static: newStatic(c.Built)}
	return guarded(s.routes())
}

type site struct {
	Config
	static *static
}

func (s *site) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", toLanguage)
	mux.HandleFunc("GET /demo", toLanguage)
	mux.HandleFunc("GET /module", toLanguage)
	mux.HandleFunc("GET /bench", toLanguage)
	mux.HandleFunc("GET /static/socket.io.js", s.library)
	mux.HandleFunc("GET /lessons/{n}", toLanguage)
	mux.HandleFunc("GET /lessons/{n}/answer", toLanguage)
	mux.Handle("GET /static/", s.static)
	for _, lang := range lessons.Languages {
		t, _ := text.In(lang)
		mux.Handle("GET /"+lang, http.RedirectHandler("/"+lang+"/", http.StatusMovedPermanently))
		mux.HandleFunc("GET /"+lang+"/{$}", s.home(t))
		mux.HandleFunc("GET /"+lang+"/demo", s.demo(t))
		mux.HandleFunc("GET /"+lang+"/module", s.module(t))
		mux.HandleFunc("GET /"+lang+"/bench", s.bench(t))
		mux.HandleFunc("GET /"+lang+"/lessons/{n}", s.lesson(t))
		mux.HandleFunc("GET /"+lang+"/lessons/{n}/answer", s.answer(t))
		mux.HandleFunc("GET /"+lang+"/lessons/{n}/answer/text", s.answerText(t))
	}
	mux.HandleFunc("/", s.nowhere)
	return mux
}

// guarded sets what every answer carries. Nothing on a page is inline and nothing comes from
// another machine, so the policy allows neither.
func guarded(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
		"img-src 'self' data:; connect-src 'self'; font-src 'none'; base-uri 'none'; " +
		"form-action 'self'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// page is what the layout of a page in the language of t needs.
func (s *site) page(t *text.Strings, kind, path, title string) page.Page {
	return page.Page{Text: t, Kind: kind, Path: path, Title: title, Assets: s.static.assets}
}

// show renders whole pages only: one that fails half-way is an error, not half a page.
func (s *site) show(w http.ResponseWriter, r *http.Request, t *text.Strings, status int, c templ.Component) {
	var body bytes.Buffer
	if err := c.Render(r.Context(), &body); err != nil {
		s.fail(w, r, err)
		return
	}
	rememberLanguage(w, r, t.Lang)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", t.Lang)
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the reader has gone
}

func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.Error("page cannot be shown", "path", r.URL.Path, "error", err)
	http.Error(w, "This page cannot be shown: "+err.Error(), http.StatusInternalServerError)
}
