//go:build browser

package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/internal/app"
)

// module is a page of the course module's client: its script as it stands there, with the library as npm has it.
func module(t *testing.T) (host string) {
	house, err := course.FindRepo()
	require.NoError(t, err)
	a, err := app.New(app.Config{Repo: house})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/", a.Handler())
	mux.HandleFunc("/module", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><title>module</title><script src="/module/socket.io.js"></script><script src="/module/module.js"></script>`))
	})
	mux.HandleFunc("/module/socket.io.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(house.NodeModules(), "socket.io-client", "dist", "socket.io.min.js"))
	})
	mux.HandleFunc("/module/module.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/module.js") })
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		a.Close(ctx)
		srv.CloseClientConnections()
		srv.Close()
	})
	return srv.Listener.Addr().String()
}

func TestTheModulesOwnClientTalksWithARawClient(t *testing.T) {
	host := module(t)
	ctx := deadline(t)
	bob := join(t, ctx, host, "Bob")

	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate("http://"+host+"/module")))
	id, err := chromedp.Run(tab, chromedp.Evaluate[string](`new Promise(done => socket.connected ? done(socket.id) : socket.on("connect", () => done(socket.id)))`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	var joined struct {
		Data struct{ ID, Name string }
	}
	require.NoError(t, json.Unmarshal([]byte(event(t, ctx, bob, "joined")), &joined))
	require.Equal(t, id, joined.Data.ID)
	require.Equal(t, "John Doe", joined.Data.Name)

	_, err = chromedp.Run(tab, chromedp.Evaluate[bool](`window.heard = new Promise(done => socket.on("message", m => m.from === "Bob" && done(m.text))); socket.emit("message", "hola"); true`))
	require.NoError(t, err)
	require.Contains(t, event(t, ctx, bob, "message"), `"from":"John Doe","text":"hola"`)
	send(t, bob, `{"event":"message","data":"hi John"}`)
	text, err := chromedp.Run(tab, chromedp.Evaluate[string](`heard`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Equal(t, "hi John", text)
	carrier, err := chromedp.Run(tab, chromedp.Evaluate[string](`new Promise(done => socket.io.engine.transport.name === "websocket" ? done("websocket") : socket.io.engine.on("upgrade", t => done(t.name)))`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Equal(t, "websocket", carrier)

	_, err = chromedp.Run(tab, chromedp.Evaluate[bool](`socket.disconnect(); true`))
	require.NoError(t, err)
	require.Contains(t, event(t, ctx, bob, "left"), "client namespace disconnect")
	_ = bob.Close(gateway.ClientLeft.Code, "")
}
