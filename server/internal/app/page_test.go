//go:build browser

package app_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/course/chromium"
	"wslab/server/internal/app"
)

// browser is one headless Chromium for all tests of pages; each opens tabs of its own.
var browser context.Context

func TestMain(m *testing.M) {
	path, err := chromium.Find()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), chromium.Options(path)...)
	ctx, end := chromedp.NewContext(alloc)
	browser = ctx
	status := 1
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else if err := buildPageOnce(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		status = m.Run()
	}
	end()
	endAlloc()
	os.Exit(status)
}

func buildPageOnce() error {
	repo, err := course.FindRepo()
	if err != nil {
		return err
	}
	return app.BuildPage(context.Background(), repo)
}

// A page is one tab. Every method fails the test if what it waits for does not come.
type page struct {
	t   *testing.T
	ctx context.Context
}

// view is how somebody looks at a page.
type view struct {
	width, height int64
	theme         string // "light" or "dark"
}

var (
	desktop = view{1440, 900, "light"}
	night   = view{1440, 900, "dark"}
	phone   = view{390, 844, "light"}
)

// visit opens a tab. A message of the browser that something is wrong with the page fails the test.
func visit(t *testing.T, v view, url string) *page {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	require.NoError(t, chromedp.Do(tab)) // the tab lives as long as the context of its first action
	ctx, cancel := context.WithTimeout(tab, 40*time.Second)
	t.Cleanup(cancel)
	p := &page{t, ctx}
	p.look(v)
	p.watchForErrors()
	p.do(chromedp.Navigate(url))
	return p
}

// look looks at the page in another way.
func (p *page) look(v view) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(v.width, v.height), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: v.theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}))
}

func (p *page) watchForErrors() {
	entries := chromedp.Events(p.ctx, log.EntryAdded)
	p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		return err
	}))
	go func() {
		for e, err := range entries {
			if err != nil {
				return
			}
			if e.Entry.Level == "error" && !strings.Contains(e.Entry.URL, "/nowhere") {
				p.t.Errorf("the browser complains about %s: %s", e.Entry.URL, e.Entry.Text)
			}
		}
	}()
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, actions...))
}

// sees waits until something that the selector finds is visible.
func (p *page) sees(selector string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, chromedp.WaitVisible(chromedp.CSS(selector))), "%s\n%s", selector, p.text("main"))
}

// reads waits until the element with that id has text in it.
func (p *page) reads(id, text string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`document.getElementById(%q).textContent.includes(%q)`, id, text), "#"+id)
}

// becomes waits until an expression is true; where says what to show if it never is.
func (p *page) becomes(expression, where string) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression))
	require.NoError(p.t, err, "never: %s\nit reads: %s", expression, p.text(where))
}

// text is what selector reads now, for messages of failed tests.
func (p *page) text(selector string) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? "(nothing)"`, selector)))
	return text
}

// click waits until the button can be clicked.
func (p *page) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector + ":not([disabled])")))
}

func (p *page) types(selector, text string) {
	p.t.Helper()
	p.do(chromedp.SetValue(chromedp.CSS(selector), text))
}

// state waits until a client's panel is in a state.
func (p *page) state(id, state string) {
	p.t.Helper()
	p.sees(fmt.Sprintf(`#%s[data-state=%q]`, id, state))
}

func (p *page) connect(clients ...string) {
	p.t.Helper()
	for _, id := range clients {
		p.click("#" + id + ` [data-do="connect"]`)
		p.state(id, "open")
	}
}

func eachLanguage(t *testing.T, test func(t *testing.T, lang, host string)) {
	for _, lang := range lessons.Languages {
		host, _ := start(t, app.Config{Figures: "testdata/results.json"}) // nobody hears the other language's clients
		t.Run(lang, func(t *testing.T) {
			t.Parallel() // a browser is waited for more than it works
			test(t, lang, host)
		})
	}
}

func TestAnaAndBobAreWelcomedOnThePageOfLessonOne(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/1")
		p.connect("ana", "bob")
		p.reads("ana-log", `"welcome"`)
		p.reads("bob-log", `"welcome"`)
		p.reads("console-log", "client connected")
		p.click(`#ana [data-do="disconnect"]`)
		p.state("ana", "closed")
	})
}

func TestBobHearsThatAnaLostHerConnection(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/2")
		p.connect("ana", "bob")
		p.click(`#ana [data-do="lose"]`)
		p.state("ana", "lost")
		p.reads("bob-log", `"reason":"connection lost"`)
	})
}

func TestOnlyAValidTokenOpensTheDoorOfLessonThree(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/3")
		p.sees(`#ana [data-mint="valid"]`)
		p.types("#ana-name", "Ana")
		for kind, state := range map[string]string{"expired": "refused", "tampered": "refused", "valid": "open"} {
			p.types("#ana-token", "none yet")
			p.click(fmt.Sprintf(`#ana [data-mint=%q]`, kind))
			p.becomes(`document.querySelector("#ana-token").value.split(".").length === 3`, "#ana")
			p.click(`#ana [data-do="connect"]`)
			p.state("ana", state)
			if state == "open" {
				p.click(`#ana [data-do="disconnect"]`)
				p.state("ana", "closed")
			}
		}
	})
}

func TestARecordingsMessagesHaveRoom(t *testing.T) {
	host, _ := start(t, app.Config{})
	for _, v := range []view{desktop, phone} {
		p := visit(t, v, "http://"+host+"/en/lessons/4")
		p.becomes(`(() => {
			const table = document.querySelector(".exchanges table");
			return table.querySelector("td.raw").clientWidth > table.clientWidth / 3;
		})()`, ".exchanges")
	}
}

func TestAnaAndBobMeetDifferentServersOnThePageOfLessonEleven(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/11")
		p.connect("ana", "bob")
		p.becomes(`(() => {
			const server = who => document.getElementById(who + "-log").textContent.match(/"server":"(\w+)"/)?.[1];
			return server("ana") && server("bob") && server("ana") !== server("bob");
		})()`, "#clients")
		p.types("#ana-payload", `{"key":"`+lang+`","text":"hello from the page"}`)
		p.click(`#ana [data-do="send"]`)
		p.reads("ana-log", `{"id":1,"data":{"offset":`)
		p.reads("bob-log", `"text":"hello from the page"`)
	})
}

func TestWhatAnaSaysIsHeardByBobOnThePageOfLessonFour(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/4")
		p.connect("ana", "bob")
		p.types("#ana-payload", `{"text":"hello from the page"}`)
		p.click(`#ana [data-do="send"]`)
		p.reads("bob-log", `"text":"hello from the page"`)
		p.reads("ana-log", `"text":"hello from the page"`)
	})
}

func TestAnaAddressesARoomAndBobOnThePageOfLessonFive(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/5")
		p.connect("ana", "bob")
		p.click(`#ana [data-do="send"]`) // join, which comes first
		p.reads("ana-here", "garden")
		p.click(`#ana-here [data-part="room"]:not([hidden])`)
		p.becomes(`document.querySelector("#ana-event").value === "message"`, "#ana")
		p.click(`#ana-here button:not([hidden]):not(:disabled):not([data-part])`) // Bob
		p.becomes(`/"to":"[A-Z2-7]{12}"/.test(document.querySelector("#ana-payload").value)`, "#ana")
		p.click(`#ana [data-do="send"]`)
		p.reads("bob-log", `"text":"psst"`)
		p.click(`#ana [data-do="disconnect"]`)
		p.gone("#ana-here")
	})
}

func TestAnaIsAnsweredRefusedAndLeftWithoutAnAnswerOnThePageOfLessonSix(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		p := visit(t, desktop, "http://"+host+"/"+lang+"/lessons/6")
		p.connect("ana", "bob")
		p.click(`#ana [data-do="send"]`) // who, from outside
		p.reads("ana-outcome", "not_in_room")
		bob := `#ana-here button:not([hidden]):not(:disabled):not([data-part])`
		p.click(bob)
		p.click(`#ana [data-do="send"]`)
		p.becomes(`document.querySelector("#ana-outcome").dataset.outcome === "answered"`, "#ana")
		p.click("#bob-answers")
		p.click(bob)
		p.click(`#ana [data-do="send"]`)
		p.reads("ana-outcome", "timeout")
	})
}

func TestTwoTabsAndAWhisperInTheChat(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		enter := func(name string) *page {
			p := visit(t, desktop, "http://"+host+"/"+lang+"/demo")
			p.sees("#chat-join")
			p.types("#chat-name", name)
			p.click(`#chat-join [type="submit"]`)
			p.state("chat", "open")
			p.reads("chat-here", name)
			return p
		}
		ana := enter("Ana")
		bob := enter("Bob")
		ana.reads("chat-here", "Bob")
		bob.reads("chat-here", "Ana")

		ana.types("#chat-text", "hello everyone")
		ana.click(`#chat-say [type="submit"]`)
		bob.reads("chat-messages", "hello everyone")
		ana.reads("chat-messages", "hello everyone")

		bob.becomes(`[...document.querySelector("#chat-to").options].some(o => o.text.includes("Ana"))`, "#chat")
		_, err := chromedp.Run(bob.ctx, chromedp.Evaluate[bool](`(s => { s.value = [...s.options].find(o => o.text.includes("Ana")).value; return s.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector("#chat-to"))`))
		require.NoError(t, err)
		bob.types("#chat-text", "a word for Ana")
		bob.click(`#chat-say [type="submit"]`)
		ana.reads("chat-messages", "a word for Ana")

		bob.click("#chat-leave")
		ana.becomes(`!document.querySelector("#chat-here").innerText.includes("Bob")`, "#chat")
	})
}

// The line is cut while Bob speaks, and Ana speaks before she is back.
func TestTheChatComesBackAndNothingIsLostOrSaidTwice(t *testing.T) {
	host, _ := start(t, app.Config{Cluster: app.Remembering("here")})
	enter := func(name string) *page {
		p := visit(t, desktop, "http://"+host+"/en/demo")
		p.sees("#chat-join")
		p.types("#chat-name", name)
		p.click(`#chat-join [type="submit"]`)
		p.state("chat", "open")
		p.types("#chat-room", "garden")
		p.click(`#chat-enter [type="submit"]`)
		p.reads("chat-rooms", name)
		p.click(`#chat-rooms [data-part="room"]`) // what is said is said there
		return p
	}
	says := func(p *page, text string) {
		p.types("#chat-text", text)
		p.click(`#chat-say [type="submit"]`)
	}
	ana, bob := enter("Ana"), enter("Bob")
	ana.reads("chat-rooms", "Bob")
	ana.click("#chat-lose")
	says(bob, "are you there?")
	ana.becomes(`document.querySelector("#chat").dataset.state !== "open" || document.querySelector("#chat-messages").textContent.includes("missed nothing")`, "#chat")
	says(ana, "in a tunnel")
	ana.reads("chat-messages", "missed nothing")
	says(bob, "welcome back")
	for _, p := range []*page{ana, bob} {
		p.reads("chat-messages", "welcome back")
		p.reads("chat-messages", "in a tunnel")
		p.reads("chat-rooms", "Ana, Bob")
		for _, text := range []string{"are you there?", "in a tunnel", "welcome back"} {
			p.becomes(fmt.Sprintf(`[...document.querySelectorAll("#chat-messages .said")].filter(e => e.textContent === %q).length === 1`, text), "#chat")
		}
	}
	ana.becomes(`document.querySelectorAll('#chat-messages [data-sent="yes"]').length === 1`, "#chat")
}

// pages are the paths of everything that is looked at, in a language.
func pages(lang string) []string {
	all := []string{"/" + lang + "/", "/" + lang + "/demo", "/" + lang + "/module", "/" + lang + "/bench", "/" + lang + "/nowhere"}
	for _, l := range lessons.All() {
		all = append(all, fmt.Sprintf("/%s/lessons/%d", lang, l.Number), fmt.Sprintf("/%s/lessons/%d/answer", lang, l.Number))
	}
	return all
}

func TestNoPageIsWiderThanAPhone(t *testing.T) {
	eachLanguage(t, func(t *testing.T, lang, host string) {
		for _, path := range pages(lang) {
			t.Run(path, func(t *testing.T) { // whose tab is closed before the next
				p := visit(t, phone, "http://"+host+path)
				p.sees("main")
				wide, err := chromedp.Run(p.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
				require.NoError(t, err)
				require.LessOrEqual(t, wide, 0, "it is %d pixels too wide", wide)
			})
		}
	})
}
