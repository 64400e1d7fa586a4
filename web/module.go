package web

import (
	"net/http"
	"os"

	"wslab/web/lessontext"
	"wslab/web/page"
	"wslab/web/text"
)

// sameInGo is the module's script with the lab's own client.
const sameInGo = `const chat = "ws://127.0.0.1:8080/socket.io/"
c, err := client.Dial(ctx, chat, client.Options{
	SocketIO: []string{"polling", "websocket"},
	Auth: map[string]string{
		"token": "ABC-123",
		"name":  "John Doe",
	},
})`

// module shows the course module's own client at work.
func (s *site) module(t *text.Strings) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		script, err := lessontext.Highlight(string(embedded("module/client.js")), "javascript")
		if err != nil {
			s.fail(w, r, err)
			return
		}
		same, err := lessontext.Highlight(sameInGo, "go")
		if err != nil {
			s.fail(w, r, err)
			return
		}
		m := page.Module{Script: script, Go: same, Client: s.static.address("client.js"), Harness: s.static.address("harness.js")}
		if _, err := os.Stat(s.SocketIO); err == nil {
			m.Library = "/static/socket.io.js"
		}
		s.show(w, r, t, http.StatusOK, page.ModulePage(s.page(t, "module", "/module", t.Module.Title), m))
	}
}

// library serves socket.io-client, where it is installed.
func (s *site) library(w http.ResponseWriter, r *http.Request) {
	if s.SocketIO == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeFile(w, r, s.SocketIO)
}
