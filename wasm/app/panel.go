//go:build js

package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"wslab/server/course/feed"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// A panel is one client beside a lesson.
type panel struct {
	who    string
	at     string // the lesson's part of the server's paths
	root   dom.Element
	fault  dom.Element
	words  words
	conn   *connection
	path   string     // of the code it talks to, but for the protocol
	source string     // whose code that is: feed.Mine or feed.Solution
	plain  bool       // it talks to no gateway: what is sent has no envelope
	code   feed.State // how the learner's is doing
	here   *presence
	asks   *requests
	habits *habits

	flooded  int    // how much it has sent in floods
	insisted string // a payload that is no JSON and was sent once: the second time it goes as it is
}

func newPanel(who, lesson string, w words) *panel {
	p := &panel{who: who, at: "/lessons/" + lesson, root: dom.ID(who), fault: dom.ID(who + "-error"), words: w}
	p.here = &presence{panel: p, box: p.part("here")}
	p.asks = newRequests(who, w)
	p.asks.answers.On("change", func() { p.asks.choose(p.client()) })
	p.plain = p.part("kind").Exists()
	p.part("kind").On("change", func() { p.part("payload").SetValue(p.part("kind").Chosen().Data("payload")) })
	p.habits = newHabits(p)
	p.renew(newTrace(who+"-log", w), "")
	p.do("connect").OnClick(p.connect)
	p.do("disconnect").OnClick(func() { p.conn.close() })
	p.do("lose").OnClick(func() { p.conn.lose() })
	p.do("clear").OnClick(p.conn.wire.list.Clear)
	p.do("clear").Disable(false)
	p.part("form").OnSubmit(p.send)
	p.do("flood").OnClick(func() { go p.flood() }) // over polling each takes a request
	p.part("payload").OnEnter(p.send)
	p.part("event").On("change", p.choose)
	p.part("transport").On("change", p.move)
	p.part("token").OnEnter(p.connect)
	p.part("name").OnEnter(p.connect)
	p.mints(lesson)
	p.show(closed, w[keyOf(closed)])
	return p
}

func (p *panel) part(name string) dom.Element     { return dom.ID(p.who + "-" + name) }
func (p *panel) do(action string) dom.Element     { return p.root.One("[data-do=" + action + "]") }
func (p *panel) complain(key string, s ...string) { p.fault.SetText(p.words.say(key, s...)) }

// show shows the connection's state, and offers what it allows.
func (p *panel) show(state, word string) {
	p.root.SetData("state", state)
	p.part("state").SetText(word)
	for _, lamp := range dom.All("[data-lamp-of=" + p.who + "]") {
		lamp.SetData("state", state)
	}
	for _, e := range dom.All("[data-state-of=" + p.who + "]") {
		e.SetText(word)
	}
	idle := state != connecting && state != open
	if idle {
		p.here.forget()
	}
	from, to := p.do("connect"), p.do("disconnect")
	if idle {
		from, to = to, from
	}
	to.Disable(false)
	if from.Focused() { // else the keyboard would begin again at the top of the page
		to.Focus()
	}
	from.Disable(true)
	for _, action := range []string{"lose", "send", "flood"} {
		if b := p.do(action); idle && b.Focused() {
			p.do("connect").Focus()
		}
		p.do(action).Disable(state != open)
	}
}

// served hears how the learner's code is doing, and says so where that is the code it talks to.
func (p *panel) served(s feed.State, renewed bool) {
	p.code = s
	line, text := p.root.One("[data-part=code]"), ""
	if p.source == feed.Mine {
		text = aside(s, p.words)
		if renewed && p.conn.state == open {
			p.conn.wire.note(p.words["code.version"])
		}
	}
	line.SetText(text)
	line.Hide(text == "")
}

// moveTo makes the panel talk to that code from now on.
func (p *panel) moveTo(source, path string) {
	p.path, p.source = path, source
	p.served(p.code, false)
	p.move()
}

// transports are those of Socket.IO that are chosen, or none: raw.
func (p *panel) transports() []string {
	if chosen := p.part("transport").Value(); chosen != "" {
		return strings.Split(chosen, ",")
	}
	return nil
}

// address is where the panel connects to.
func (p *panel) address() string {
	if p.transports() == nil {
		return dom.WebSocketURL(p.path + "ws")
	}
	return dom.WebSocketURL(p.path + "socket.io/")
}

// move shows the panel's address. A connection that is open moves along.
func (p *panel) move() {
	p.part("address").SetText(p.address())
	if p.conn.state == closed || p.conn.state == lost || p.conn.state == refused {
		return
	}
	old := p.conn
	old.changed, old.over = func(string, string) {}, nil // its end is no news any more
	old.close()
	p.renew(old.wire, old.faults)
	p.connect()
}

// renew gives the panel a connection that is to be opened.
func (p *panel) renew(wire trace, faults string) {
	p.conn = &connection{as: p.who, at: p.at, faults: faults, words: p.words, wire: wire, changed: p.show, over: p.habits.over, state: closed}
}

// credentials are what an auth message carries.
type credentials struct {
	Token string `json:"token"`
	Name  string `json:"name"`
}

func (p *panel) connect() {
	p.fault.SetText("")
	p.habits.stop()
	if p.plain {
		p.conn.dialPlain(p.address())
		return
	}
	var auth any
	if p.part("token").Exists() {
		auth = credentials{p.part("token").Value(), p.part("name").Value()}
	}
	p.conn.dial(p.address(), client.Options{SocketIO: p.transports(), Auth: auth}, p.opened)
}

// opened listens to what a connection delivers.
func (p *panel) opened(c *client.Client) {
	p.here.listen(c)
	p.asks.listen(c)
	p.habits.listen(c)
}

// choose offers the example of the chosen event, or a field for another event's name.
func (p *panel) choose() {
	chosen := p.part("event").Chosen()
	p.part("other").Parent().Hide(chosen.Value() != "")
	if chosen.Value() != "" {
		p.part("payload").SetValue(chosen.Data("payload"))
	}
}

func (p *panel) event() string {
	if name := p.part("event").Value(); name != "" {
		return name
	}
	return p.part("other").Value()
}

func (p *panel) send() {
	p.fault.SetText("")
	if p.plain {
		p.sendPlain()
		return
	}
	event, payload := p.event(), p.habits.fill(p.part("payload").Value())
	switch {
	case p.conn.state != open:
		p.complain("error.closed")
	case event == "":
		p.complain("error.event")
	case !p.readable(payload):
	case p.part("event").Chosen().Data("request") != "" && json.Valid([]byte(payload)):
		go p.asks.ask(p.client(), event, payload)
	default:
		p.asks.forget()
		if err := p.client().SendText(envelope(p.transports() != nil, event, payload)); err != nil {
			p.fault.SetText(err.Error())
		}
	}
}

// flood sends many times what the lesson says, each time with its number, and goes on from there the next time.
func (p *panel) flood() {
	b, c := p.do("flood"), p.client()
	times, _ := strconv.Atoi(b.Data("times")) // the server wrote it
	p.asks.forget()
	for last := p.flooded + times; p.flooded < last && p.client() == c; {
		p.flooded++
		payload := strings.ReplaceAll(p.habits.fill(b.Data("payload")), "#", strconv.Itoa(p.flooded))
		_ = c.SendText(envelope(p.transports() != nil, b.Data("event"), payload)) // its end is shown
		if p.flooded%10 == 0 {
			time.Sleep(100 * time.Millisecond) // so that it hears what it says: who has not is refused for that
		}
	}
}

// client is the one that speaks in envelopes, nil where there is none.
func (p *panel) client() *client.Client {
	c, _ := p.conn.client.(*client.Client)
	return c
}

// readable warns of a payload that is no JSON, once: what a server makes of it is worth seeing.
func (p *panel) readable(payload string) bool {
	var v any
	err := json.Unmarshal([]byte(payload), &v)
	if payload == "" || err == nil || p.insisted == payload {
		p.insisted = ""
		return true
	}
	p.insisted = payload
	p.complain("error.json", "error", err.Error())
	return false
}

// envelope writes an event as the protocol has it, with the payload as it stands.
func envelope(socketIO bool, event, payload string) string {
	name, _ := json.Marshal(event) // a string always encodes
	before, between, after := `{"event":`, `,"data":`, `}`
	if socketIO {
		before, between, after = `2[`, `,`, `]`
	}
	if payload == "" {
		return before + string(name) + after
	}
	return before + string(name) + between + payload + after
}
