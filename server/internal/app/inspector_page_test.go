//go:build browser

package app_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/wasm/client"
)

// row is what the inspector's rows say that can be seen, as an expression.
const row = `[...document.querySelectorAll("#wire-rows .frame:not([hidden])")].map(r => r.innerText.replace(/\s+/g, " "))`

// lists waits until a row of the inspector matches a pattern.
func (p *page) lists(pattern string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`%s.some(r => /%s/.test(r))`, row, pattern), "#wire")
}

// listsNone waits until no row matches.
func (p *page) listsNone(pattern string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`!%s.some(r => /%s/.test(r))`, row, pattern), "#wire")
}

// opens clicks the row that matches.
func (p *page) opens(pattern string) {
	p.t.Helper()
	p.lists(pattern)
	p.run(fmt.Sprintf(`{
		const r = [...document.querySelectorAll("#wire-rows .frame:not([hidden])")].find(r => /%s/.test(r.innerText.replace(/\s+/g, " ")));
		const box = r.getBoundingClientRect();
		r.dispatchEvent(new MouseEvent("click", {bubbles: true, clientX: box.left + 9, clientY: box.top + 9}));
	}`, pattern))
	p.sees("#wire-detail")
}

func (p *page) run(script string) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](script+"; true"))
	require.NoError(p.t, err)
}

// talking is the page of lesson 4 where Ana and Bob are connected and Ana has said hello.
func talking(t *testing.T, v view, host, lang, query string) *page {
	t.Helper()
	p := visit(t, v, "http://"+host+"/"+lang+"/lessons/4"+query)
	if v == phone {
		p.click(`[data-tab="clients"]`)
	}
	p.connect("ana", "bob")
	p.types("#ana-payload", `{"text":"hello"}`)
	p.click(`#ana [data-do="send"]`)
	p.reads("bob-log", `"text":"hello"`)
	return p
}

func TestTheInspectorShowsFramesWithEventAndHandler(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := talking(t, desktop, host, lang, "")
		p.lists(`Ana → text \d+ message .*hello.* \(\*Chat\)\.say messages\.go:\d+`)
		p.lists(`Bob ← text \d+ message`)
		p.click(`#ana [data-do="disconnect"]`)
		p.lists(`Ana → close 2 1000`)
		p.lists(`Bob ← text \d+ left`)
	})
}

func TestTheFilterShowsWhatIsTickedAndSaysHowMuchThatIs(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talking(t, desktop, host, "en", "")
	p.lists(`Bob ← text \d+ message`)
	p.click(`[data-chip="bob"]`)
	p.listsNone(`^[\d.]+ Bob`)
	p.lists(`Ana`)
	p.becomes(`(([n, m]) => n > 0 && n < m)(document.getElementById("wire-count").textContent.split(" of ").map(Number))`, "#wire")
	p.click(`[data-chip="down"]`)
	p.listsNone(`←`)
	p.click(`#wire [data-do="all"]`)
	p.lists(`Bob ←`)
	p.gone(`#wire [data-do="all"]`)
	p.run(`{ const s = document.getElementById("wire-search"); s.value = "HELLO"; s.dispatchEvent(new Event("input")) }`)
	p.listsNone(`auth|GET`)
	p.lists(`message .*hello`)
	p.click(`[data-chip="data"]`)
	p.sees("#wire-none")
}

func TestAnEntryOpensToItsBits(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talking(t, desktop, host, "en", "")
	p.opens(`Ana → text \d+ message`)
	p.reads("wire-detail", "(*Chat).say lessons/04-messages/solution/messages.go:")
	for field, bits := range map[string]string{"fin": "1", "rsv1": "0", "opcode": "0001", "mask": "1"} {
		p.becomes(fmt.Sprintf(`document.querySelector('[data-field=%q] .bits').textContent === %q`, field, bits), "#wire-ruler")
	}
	p.becomes(`document.querySelector('[data-bytes="first"] .hex').textContent === "81"`, "#wire-ruler")
	p.run(`document.querySelector('[data-field="opcode"]').focus()`)
	p.reads("wire-ruler-says", "a text message, in UTF-8")
	p.press(kb.ArrowRight)
	p.reads("wire-ruler-says", "MASK 1: the payload is masked")
	p.click("#wire-view-json")
	p.reads("wire-text", "{\n  \"event\": \"message\",\n")
	p.click("#wire-view-hex")
	p.reads("wire-text", `0000  7b 22 65 76 65 6e 74 22`)
	p.run(`document.getElementById("wire-list").scrollTop = 0`)
	p.opens(`Ana → request`)
	p.reads("wire-headers", "Sec-Websocket-Key")
}

func TestTheListGoesByTheKeyboard(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talking(t, desktop, host, "en", "")
	p.lists(`message`)
	p.press("w")
	p.becomes(`document.activeElement.id === "wire"`, "#wire")
	p.run(`document.getElementById("wire-list").focus()`)
	p.press(kb.Home)
	p.becomes(`document.getElementById(document.getElementById("wire-list").getAttribute("aria-activedescendant"))?.innerText.includes("GET")`, "#wire-list")
	p.press(kb.ArrowDown)
	p.becomes(`document.querySelector('[aria-selected="true"].frame')?.getAttribute("aria-rowindex") === "3"`, "#wire-list")
	p.press("\r")
	p.reads("wire-detail", "101 Switching Protocols")
	p.becomes(`document.activeElement.id === "wire-detail"`, "#wire")
	p.press(kb.Escape)
	p.gone("#wire-detail")
	p.becomes(`document.activeElement.id === "wire-list"`, "#wire")
}

func TestAPauseCountsWhatComesAndLosesNothing(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talking(t, desktop, host, "en", "")
	p.lists(`Bob ← text \d+ message`)
	p.click(`#wire [data-do="pause"]`)
	p.types("#ana-payload", `{"text":"while paused"}`)
	p.click(`#ana [data-do="send"]`)
	p.reads("wire-held", "3 more")
	p.listsNone("while paused")
	p.click(`#wire [data-do="pause"]`)
	p.lists("while paused")
	p.click(`#wire [data-do="clear-wire"]`)
	p.sees("#wire-empty")
}

func TestAFaultOfTheFormMeetsAnOpenConnection(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talking(t, desktop, host, "en", "")
	p.click("#wire-faults > summary")
	p.types("#wire-faults-text", "up.drop=two")
	p.click(`#wire-faults [data-do="apply"]`)
	p.reads("wire-faults-error", "write a chance from 0 to 1")
	p.becomes(`document.getElementById("wire-faults-text").value === "up.drop=two"`, "#wire-faults")
	p.types("#wire-faults-text", "up.drop=1")
	p.click(`#wire-faults [value="ana"]`)
	p.click(`#wire-faults [data-do="apply"]`)
	p.lists(`Ana fault up\.drop=1`)
	p.click(`#ana [data-do="send"]`)
	p.lists(`Ana → text \d+ left out`)
	p.becomes(`document.getElementById("wire-faults-link").href.endsWith("/en/lessons/4?ana=up.drop=1")`, "#wire-faults")
	p.click(`#wire-faults [data-do="rst"]`)
	p.state("ana", "lost")
	p.lists(`Ana ← end .*lost: no close frames`)
}

func TestALinkBringsTheFaultsAlong(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := talking(t, desktop, host, "es", "?bob=down.delay=20ms")
	p.lists(`Bob ← text \d+ 20ms tarde message`)
	p.reads("wire-faults", "down.delay=20ms")
}

func TestAxeFindsNothingSeriousInTheInspectorAtWork(t *testing.T) {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	axe, err := os.ReadFile(repo.Axe())
	require.NoError(t, err)
	eachLanguage(t, func(t *testing.T, lang, host string) {
		for _, v := range []view{desktop, night, phone} {
			p := talking(t, v, host, lang, "?ana=up.delay=10ms")
			if v == phone {
				p.click(`[data-tab="wire"]`)
			}
			p.opens(`Ana → text .*message`)
			p.click("#wire-faults .single > summary")
			p.run(string(axe))
			p.seriousFindings(v)
			p.run(`document.getElementById("wire-list").scrollTop = 0`)
			p.opens(`Ana → .* GET`)
			p.seriousFindings(v)
			p.click("#wire-tab-sequence")
			p.seriousFindings(v)
		}
	})
}

// pace is how a page was painted while frames came: the time between two frames of the screen, in ms.
type pace struct {
	Painted int     `json:"painted"`
	Median  float64 `json:"median"`
	P95     float64 `json:"p95"`
	Longest float64 `json:"longest"`
}

// How smoothly it paints depends on what else the machine does: run this test alone, with -v, for the figures.
// What is required here is that it keeps up at all.
func TestAThousandFramesASecondAreAllShownInAFewRows(t *testing.T) {
	const seconds, each = 5, 500 // messages, each of which comes back
	host, _ := start(t, app.Config{})
	p := visit(t, desktop, "http://"+host+"/en/lessons/4")
	p.connect("ana") // the server records others as soon as a page watches
	p.lists(`Ana ← text \d+ welcome`)
	p.click(`#ana [data-do="disconnect"]`)
	p.lists(`Ana . end`)
	p.run(`window.gaps = []; { let last = performance.now(); requestAnimationFrame(function next(now) { gaps.push(now - last); last = now; requestAnimationFrame(next) }) }`)

	c, err := client.Dial(deadline(t), "ws://"+host+"/lessons/4/solution/ws", client.Options{Auth: map[string]string{"token": "ABC-123", "name": "Flood"}})
	require.NoError(t, err)
	go c.Run()
	tick := time.NewTicker(time.Second / (each / 10))
	defer tick.Stop()
	for n := 0; n < seconds*each; n++ {
		if n%10 == 0 {
			<-tick.C
		}
		require.NoError(t, gateway.Event[string]("message").Emit(c, fmt.Sprint("flood ", n)))
	}
	p.lists(fmt.Sprint("flood ", seconds*each-1))
	_ = c.Close()

	measured, err := chromedp.Run(p.ctx, chromedp.Evaluate[pace](`(g => ({painted: g.length, median: g[g.length >> 1], p95: g[Math.floor(g.length * .95)], longest: g.at(-1)}))(gaps.sort((a, b) => a - b))`))
	require.NoError(t, err)
	t.Logf("%d frames in %d s: %+v ms", 2*seconds*each, seconds, measured)
	require.Less(t, measured.Median, 500.0, "the page stands still: %+v", measured)
	p.becomes(fmt.Sprintf(`Number(document.getElementById("wire-count").textContent.split(" ")[0]) > %d`, 2*seconds*each), "#wire")
	p.becomes(`document.querySelectorAll("#wire-rows .frame").length < 60`, "#wire")
}
