//go:build browser

package app_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/internal/app"
)

// The script is on the page as the module has it, and what is on the page runs.
func TestThePageRunsTheModulesScriptAsItStands(t *testing.T) {
	house, err := course.FindRepo()
	require.NoError(t, err)
	script, err := os.ReadFile(house.Path("web", "static", "module", "client.js"))
	require.NoError(t, err)
	const inTheModule = `const socket = io({
  auth: {
    token: "ABC-123",
    name: "John Doe",
  },
});
`
	require.Equal(t, inTheModule, string(script))
}

func TestTheModulesOwnClientTalksWithARawClient(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	bob := join(t, ctx, host, "Bob")

	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate("http://"+host+"/es/module")))
	id, err := chromedp.Run(tab, chromedp.Evaluate[string](`new Promise(done => socket.connected ? done(socket.id) : socket.on("connect", () => done(socket.id)))`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	var joined struct {
		Data struct{ ID, Name string }
	}
	require.NoError(t, json.Unmarshal([]byte(event(t, ctx, bob, "joined")), &joined))
	require.Equal(t, id, joined.Data.ID)
	require.Equal(t, "John Doe", joined.Data.Name)

	_, err = chromedp.Run(tab, chromedp.Evaluate[bool](`window.heard = new Promise(done => socket.on("message", m => m.from === "Bob" && done(m.text))); document.getElementById("module-form").requestSubmit(); true`))
	require.NoError(t, err)
	require.Contains(t, event(t, ctx, bob, "message"), `"from":"John Doe","text":"hola"`)
	send(t, bob, `{"event":"message","data":"hi John"}`)
	text, err := chromedp.Run(tab, chromedp.Evaluate[string](`heard`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Equal(t, "hi John", text)
	shown, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.getElementById("module-log").innerText`))
	require.NoError(t, err)
	require.Contains(t, shown, `message {"text":"hola"}`)
	require.Contains(t, shown, `"text":"hi John"`)
	carrier, err := chromedp.Run(tab, chromedp.Evaluate[string](`new Promise(done => socket.io.engine.transport.name === "websocket" ? done("websocket") : socket.io.engine.on("upgrade", t => done(t.name)))`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Equal(t, "websocket", carrier)

	_, err = chromedp.Run(tab, chromedp.Evaluate[bool](`socket.disconnect(); true`))
	require.NoError(t, err)
	require.Contains(t, event(t, ctx, bob, "left"), "client namespace disconnect")
	_ = bob.Close(gateway.ClientLeft.Code, "")
}
