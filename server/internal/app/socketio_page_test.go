//go:build browser

package app_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/internal/app"
)

// chooses selects how a client connects from now on.
func (p *page) chooses(who, transports string) {
	p.t.Helper()
	p.run(`{ const s = document.getElementById("` + who + `-transport"); s.value = "` + transports + `"; s.dispatchEvent(new Event("change", {bubbles: true})) }`)
}

// says has a client send a text.
func (p *page) says(who, text string) {
	p.t.Helper()
	p.types("#"+who+"-payload", `{"text":"`+text+`"}`)
	p.click("#" + who + ` [data-do="send"]`)
}

// inChosen is the page of lesson 4 where Ana has connected with these transports, and Bob raw.
func inChosen(t *testing.T, v view, host, lang, transports string) *page {
	t.Helper()
	p := visit(t, v, "http://"+host+"/"+lang+"/lessons/4")
	if v == phone {
		p.click(`[data-tab="clients"]`)
	}
	p.sees(`#ana [data-do="connect"]:not([disabled])`)
	p.chooses("ana", transports)
	p.reads("ana-address", "/lessons/4/solution/socket.io/")
	p.connect("ana", "bob")
	return p
}

func eachMode(t *testing.T, test func(t *testing.T, host, transports string)) {
	host, _ := start(t, app.Config{})
	for _, transports := range []string{"websocket", "polling", "polling,websocket"} {
		t.Run(transports, func(t *testing.T) { test(t, host, transports) })
	}
}

func TestAnaOverSocketIOAndBobOverAPlainWebSocketHearEachOther(t *testing.T) {
	eachMode(t, func(t *testing.T, host, transports string) {
		p := inChosen(t, desktop, host, "en", transports)
		p.says("ana", "from Ana")
		p.reads("ana-log", `42["message",{"text":"from Ana"}]`)
		p.reads("bob-log", `"text":"from Ana"`)
		p.says("bob", "from Bob")
		p.reads("bob-log", `{"event":"message","data":{"text":"from Bob"}}`)
		p.reads("ana-log", `"text":"from Bob"`)
		p.becomes(`[...document.querySelectorAll("#ana-log code")].some(c => c.textContent.startsWith('42["message",{"id":') && c.textContent.includes("from Bob"))`, "#ana-log")
		p.becomes(`[...document.querySelectorAll("#bob-log code")].some(c => c.textContent.startsWith('{"event":"message","data":{"id":') && c.textContent.includes("from Ana"))`, "#bob-log")
		p.never(`document.getElementById("bob-log").textContent.includes("42[")`)

		p.click(`#ana [data-do="disconnect"]`)
		p.state("ana", "closed")
		p.reads("bob-log", `"reason":"client namespace disconnect"`)
		p.never(`[...document.querySelectorAll("#ana-log code")].some(c => /(^|[^.\d])400\b|lost/.test(c.textContent))`) // and not of a time
	})
}

func TestTheInspectorHasBothEnvelopesOfOneEvent(t *testing.T) {
	eachMode(t, func(t *testing.T, host, transports string) {
		p := inChosen(t, desktop, host, "en", transports)
		if transports == "polling,websocket" {
			p.lists(`Ana → text 1 5`)
		}
		p.says("ana", "in two envelopes")
		p.reads("bob-log", "in two envelopes")
		kind := "text"
		if transports == "polling" {
			kind = "packet"
			p.lists(`Ana → request GET \/lessons\/4\/solution\/socket\.io\/\?EIO=4&transport=polling&sid=`)
			p.lists(`Ana → request POST \/lessons\/4\/solution\/socket\.io\/\?EIO=4&transport=polling&sid=`)
		}
		p.lists(`Ana → ` + kind + ` \d+ message 42\["message",\{"text":"in two envelopes"\}\] \(\*Chat\)\.say messages\.go:\d+`)
		p.opens(`Ana ← ` + kind + ` \d+ message 42`)
		p.reads("wire-text", `42["message",`)
		p.reads("wire-text", "in two envelopes")
		p.opens(`Bob ← text \d+ message`)
		p.reads("wire-text", "in two envelopes")
		p.becomes(`document.getElementById("wire-text").textContent.replace(/\s/g, "").startsWith('{"event":"message","data":{')`, "#wire-detail")
	})
}

func TestAnOpenClientThatChoosesAnotherTransportConnectsAgain(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := visit(t, desktop, "http://"+host+"/en/lessons/4")
	p.connect("ana", "bob")
	for i, transports := range []string{"polling", "websocket", "polling,websocket", ""} {
		text := "the way " + string(rune('A'+i))
		p.run(`document.querySelector('#bob [data-do="clear"]').click()`)
		p.chooses("ana", transports)
		p.reads("bob-log", `"left"`)
		p.reads("bob-log", `"joined"`)
		p.state("ana", "open")
		p.says("ana", text)
		p.reads("bob-log", text)
		envelope := `42["message",{"text":"` + text
		if transports == "" {
			envelope = `{"event":"message","data":{"text":"` + text
		}
		p.reads("ana-log", envelope)
	}
}

func TestAnaLosesHerConnectionOfSocketIOAndIsRefusedTheNext(t *testing.T) {
	eachMode(t, func(t *testing.T, host, transports string) {
		p := inChosen(t, desktop, host, "en", transports)
		p.reads("ana-log", `"joined"`) // and asks for more, if she polls
		p.click(`#ana [data-do="lose"]`)
		p.state("ana", "lost")
		p.reads("bob-log", `"reason":"transport close"`)
		p.types("#ana-token", "guess")
		p.click(`#ana [data-do="connect"]`)
		p.state("ana", "refused")
		p.reads("ana-state", "unauthorized")
	})
}

func TestTheLessonOfSocketIOBeginsWithAnaInItAndBobRaw(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := visit(t, desktop, "http://"+host+"/en/lessons/10")
	p.reads("ana-address", "/lessons/10/solution/socket.io/")
	p.connect("ana", "bob")
	p.says("ana", "hello")
	p.reads("ana-log", `42["message",{"text":"hello"}]`)
	p.reads("bob-log", `{"event":"message","data":{"id":`)
}

func TestAxeFindsNothingSeriousWhereAnaSpeaksSocketIO(t *testing.T) {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	axe, err := os.ReadFile(repo.Axe())
	require.NoError(t, err)
	host, _ := start(t, app.Config{})
	for _, lang := range lessons.Languages {
		for _, v := range []view{desktop, night, phone} {
			// Each page is closed before the next: a browser has six connections to a host, and a client that polls holds one.
			t.Run(fmt.Sprintf("%s/%v", lang, v), func(t *testing.T) {
				p := inChosen(t, v, host, lang, "polling")
				p.says("ana", "hello")
				p.reads("bob-log", "hello")
				p.run(string(axe))
				p.seriousFindings(v)
				if v == phone {
					p.click(`[data-tab="wire"]`)
				}
				p.opens(`Ana ← .*message`)
				p.seriousFindings(v)
				p.opens(`Ana → .*POST`)
				p.seriousFindings(v)
			})
		}
	}
}
