//go:build browser

package app_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/wasm/client"
)

// asks returns what an expression is.
func (p *page) asks(expression string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	require.NoError(p.t, err, expression)
	return text
}

// takeaway keeps what a page copies or saves, instead of doing it.
const takeaway = `
	navigator.clipboard.writeText = async (text) => { window.copied = text };
	URL.createObjectURL = (blob) => { window.saved = blob; return "" };
	HTMLAnchorElement.prototype.click = function () { window.file = this.download };
	""`

// talk is a session on the page of lesson 4: both connect and speak, and Ana's connection is lost. It
// leaves the page with the sequence diagram in view.
func talk(t *testing.T, v view, url string) *page {
	p := visit(t, v, url)
	p.asks(takeaway)
	if v == phone {
		p.click(`[data-tab="clients"]`)
	}
	p.connect("ana", "bob")
	for _, who := range []string{"Ana", "Bob"} {
		text, id := "from "+who, "#"+strings.ToLower(who)
		p.types(id+"-payload", fmt.Sprintf(`{"text":%q}`, text))
		p.click(id + ` [data-do="send"]`)
		p.reads("ana-log", `"text":"`+text+`"`)
		p.reads("bob-log", `"text":"`+text+`"`)
	}
	p.click(`#ana [data-do="lose"]`)
	p.state("ana", "lost")
	p.reads("bob-log", `"left"`)
	if v == phone {
		p.click(`[data-tab="wire"]`)
	}
	p.click(`#wire-tab-sequence`)
	p.reads("sequence-rows", "left")
	return p
}

// selected waits until the diagram and the list both show an entry as selected that says this.
func (p *page) selected(text string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`document.querySelector('#sequence-rows .selected')?.textContent.includes(%q)`, text), "#wire")
	p.becomes(`document.getElementById("sequence-paper").getAttribute("aria-activedescendant") === document.querySelector("#sequence-rows [aria-selected=true]")?.id`, "#wire")
}

// inOrder fails where text does not hold these one after the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		require.True(t, found, "%s does not follow in\n%s", part, text)
		rest = after
	}
}

func TestTheSequenceDiagramShowsASessionInItsOrder(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talk(t, desktop, "http://"+host+"/en/lessons/4")

	t.Run("the end is in view, with those who speak above it", func(t *testing.T) {
		p.reads("sequence-head", "Ana")
		p.reads("sequence-head", "server")
		inOrder(t, p.asks(`[...document.querySelectorAll("#sequence-rows title")].map(e => e.textContent).join("\n")`),
			"server → Ana: FIN (1006 connection lost)", `server → Bob: left {`)
		require.NotEqual(t, "0", p.asks(`String(document.getElementById("sequence-paper").scrollTop)`))
	})

	t.Run("Mermaid has the messages, in order", func(t *testing.T) {
		p.click(`[data-do="mermaid"]`)
		p.reads("sequence-said", "Copied")
		text := p.asks(`window.copied`)
		inOrder(t, text, "sequenceDiagram", "Ana-->>Server: GET /lessons/4/solution/ws", "Server-->>Ana: 101 Switching Protocols", "Server->>Ana: welcome", "Server--xAna: FIN")
		inOrder(t, text, "Ana->>Server: message {#quot;text#quot;:#quot;from Ana#quot;}", "activate Server", "Note right of Server: Chat.say messages.go:", "deactivate Server", "Server->>Bob: message", "Server->>Bob: left")
		inOrder(t, text, "Bob->>Server: message {#quot;text#quot;:#quot;from Bob#quot;}", "Note left of Server: Chat.say messages.go:", "Server->>Ana: message")
	})

	t.Run("the SVG is a document of its own", func(t *testing.T) {
		p.click(`[data-do="svg"]`)
		p.reads("sequence-said", "lesson-4.svg")
		document := p.asks(`window.saved.text()`)
		require.Contains(t, document, "Lesson 4, sequence diagram")
		for parser := xml.NewDecoder(strings.NewReader(document)); ; {
			_, err := parser.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
	})

	t.Run("the keyboard begins where it is told to", func(t *testing.T) {
		p.do(chromedp.Focus(chromedp.CSS("#sequence-paper")))
		p.press(kb.End)
		p.selected("left")
	})

	t.Run("a click selects in both views, and so does the list", func(t *testing.T) {
		p.do(chromedp.Click(chromedp.CSS(`#sequence-rows .row.message:last-child .band`)))
		last := p.asks(`document.querySelector("#sequence-rows .row:last-child title").textContent`)
		p.selected(last)
		p.click(`#wire-tab-frames`)
		p.becomes(`document.querySelector('#wire-rows [aria-selected="true"]').textContent.includes("left")`, "#wire")
		p.do(chromedp.Focus(chromedp.CSS("#wire-list")))
		p.press(kb.Home)
		p.becomes(`document.querySelector('#wire-rows [aria-selected="true"]').textContent.includes("GET")`, "#wire")
		p.click(`#wire-tab-sequence`)
		p.selected("GET")
		require.Equal(t, "0", p.asks(`String(document.getElementById("sequence-paper").scrollTop)`))
	})

	t.Run("the keyboard goes from arrow to arrow", func(t *testing.T) {
		p.do(chromedp.Focus(chromedp.CSS("#sequence-paper")))
		p.press(kb.ArrowDown)
		p.selected("101")
		p.press(kb.End)
		p.selected("left")
		p.press(kb.ArrowUp)
		p.selected("FIN")
		p.press(kb.Home)
		p.selected("GET")
	})

	t.Run("it follows the filter", func(t *testing.T) {
		p.types("#wire-search", "from Bob")
		p.asks(`document.getElementById("wire-search").dispatchEvent(new Event("input", {bubbles: true})), ""`)
		p.becomes(`document.querySelectorAll("#sequence-rows .row").length === 3`, "#sequence")
	})
}

func TestTheSequenceDiagramIsForEverybody(t *testing.T) {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	axe, err := os.ReadFile(repo.Axe())
	require.NoError(t, err, "axe-core is missing: ./task test fetches it with npm")
	eachLanguage(t, func(t *testing.T, lang, host string) {
		for _, v := range []view{desktop, night, phone} {
			p := talk(t, v, "http://"+host+"/"+lang+"/lessons/4")
			p.asks(string(axe) + `; ""`)
			p.seriousFindings(v)
			p.becomes(`document.documentElement.scrollWidth <= innerWidth`, "main")
		}
	})
}

func TestAThousandMessagesAreAFewRowsOfThePage(t *testing.T) {
	host, _ := start(t, app.Config{Unlimited: true})
	p := talk(t, desktop, "http://"+host+"/en/lessons/4")
	p.click(`#bob [data-do="disconnect"]`) // his own list would be long in writing
	p.state("bob", "closed")
	ctx := deadline(t)
	c, err := client.Dial(ctx, "ws://"+host+"/lessons/4/solution/ws", client.Options{Auth: ana()})
	require.NoError(t, err)
	go c.Run()
	for i := range 1000 {
		require.NoError(t, gateway.Event[string]("message").Emit(c, fmt.Sprintf("number %d", i)))
	}
	p.reads("sequence-head", "other 1")
	p.reads("sequence-rows", "number 999")
	p.becomes(`document.querySelectorAll("#sequence-rows .row").length < 60`, "#sequence")
	p.becomes(`Number(document.getElementById("sequence-rows").getAttribute("height")) > 2000 * 36`, "#sequence")
	_ = c.Close()
}
