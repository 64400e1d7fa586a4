package websockets_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const text, binary = websocket.MessageText, websocket.MessageBinary

// patience is how long a test waits for what comes at once. When one has waited in vain the others wait
// less, so that a wrong answer is told soon.
var patience = 4 * time.Second

func inVain() { patience = 200 * time.Millisecond }

// A server runs Handler for real clients.
type server struct {
	t        *testing.T
	url      string
	stop     func()        // ends the context of every request
	returned chan struct{} // hears of each Handler that returns
	log      *journal
}

func serve(t *testing.T) *server {
	ctx, stop := context.WithCancel(context.Background())
	s := &server{t: t, stop: stop, returned: make(chan struct{}, 100), log: keepJournal(t)}
	var running sync.WaitGroup
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		defer func() { s.returned <- struct{}{} }()
		Handler(w, r)
	}))
	srv.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	srv.Start()
	s.url = srv.URL
	t.Cleanup(func() {
		stop()
		srv.Close()
		over := make(chan struct{})
		go func() { running.Wait(); close(over) }()
		select { // what Handler logs belongs to this test
		case <-over:
		case <-time.After(patience):
			inVain()
		}
	})
	return s
}

// returns waits until Handler has returned.
func (s *server) returns() {
	s.t.Helper()
	select {
	case <-s.returned:
	case <-time.After(patience):
		inVain()
		s.t.Fatal("expected: Handler returns\n     got: it still runs")
	}
}

// A client is connected to a server.
type client struct {
	*websocket.Conn
	t *testing.T
}

func (s *server) dial() *client {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, answer, err := websocket.Dial(ctx, s.url, nil)
	switch {
	case err == nil:
	case answer != nil:
		s.t.Fatalf("expected: the answer 101 Switching Protocols\n     got: the answer %s", answer.Status)
	default:
		inVain()
		s.t.Fatal("expected: the answer 101 Switching Protocols\n     got: nothing")
	}
	conn.SetReadLimit(-1)
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{conn, s.t}
}

// say sends a message. Whether the connection has broken off meanwhile, it may notice now or when it listens: so it
// says so only then.
func (c *client) say(kind websocket.MessageType, message string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = c.Write(ctx, kind, []byte(message))
}

// hears waits for the next message.
func (c *client) hears(kind websocket.MessageType, message string) {
	c.t.Helper()
	if want, got := show(kind, message), c.next(); got != want {
		c.t.Fatalf("expected: %s\n     got: %s", want, got)
	}
}

// isClosed waits for the server's close frame.
func (c *client) isClosed(code websocket.StatusCode, reason string) {
	c.t.Helper()
	want := strings.TrimSpace(fmt.Sprint("a close frame, ", int(code), " ", reason))
	if got := c.next(); !strings.HasPrefix(got, want) {
		c.t.Fatalf("expected: %s\n     got: %s", want, got)
	}
}

// next says what comes next.
func (c *client) next() string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kind, message, err := c.Read(ctx)
	var closed websocket.CloseError
	switch {
	case err == nil:
		return show(kind, string(message))
	case errors.As(err, &closed):
		return strings.TrimSpace(fmt.Sprint("a close frame, ", int(closed.Code), " ", closed.Reason))
	case ctx.Err() != nil:
		inVain()
		return "nothing"
	}
	return "the connection broke off"
}

func show(kind websocket.MessageType, message string) string {
	switch {
	case kind == text && len(message) > 100:
		return fmt.Sprintf("a text of %d bytes", len(message))
	case kind == text:
		return fmt.Sprintf("the text %q", message)
	case len(message) > 100:
		return fmt.Sprintf("a binary message of %d bytes", len(message))
	}
	return fmt.Sprintf("the binary message % x", message)
}

// leaves says goodbye and returns how that was answered.
func (c *client) leaves(code websocket.StatusCode) (answer string) {
	answered := make(chan error, 1)
	go func() { answered <- c.Close(code, "") }()
	select {
	case err := <-answered:
		if err == nil {
			return "a close frame"
		}
		return "the connection broke off"
	case <-time.After(patience):
		inVain()
		return "nothing"
	}
}

func TestTheRequestBecomesAWebSocket(t *testing.T) {
	serve(t).dial()
}

func TestAPlainRequestIsToldToUpgrade(t *testing.T) {
	answer := httptest.NewRecorder()
	Handler(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if got := answer.Result().Status; got != "426 Upgrade Required" {
		t.Fatalf("expected: the answer 426 Upgrade Required\n     got: the answer %s", got)
	}
}

func TestATextComesBack(t *testing.T) {
	ana := serve(t).dial()
	ana.say(text, "¿hola?")
	ana.hears(text, "¿hola?")
}

func TestBinaryComesBackAsBinary(t *testing.T) {
	ana := serve(t).dial()
	ana.say(binary, "\x00\xff")
	ana.hears(binary, "\x00\xff")
}

func TestMessagesComeBackInTheirOrder(t *testing.T) {
	ana := serve(t).dial()
	all := []string{"one", "two", "", "three", "three"}
	for _, message := range all {
		ana.say(text, message)
	}
	for _, message := range all {
		ana.hears(text, message)
	}
}

func TestEachClientHearsItsOwn(t *testing.T) {
	s := serve(t)
	var clients []*client
	for range 10 {
		clients = append(clients, s.dial())
	}
	for i, c := range clients {
		c.say(text, fmt.Sprint("client ", i))
	}
	for i, c := range clients {
		c.hears(text, fmt.Sprint("client ", i))
	}
}

// longest is how long a message may be, in bytes: 64 KiB.
const longest = 65536

func TestALongMessageComesBack(t *testing.T) {
	ana := serve(t).dial()
	long := strings.Repeat("x", longest)
	ana.say(binary, long)
	ana.hears(binary, long)
}

func TestAMessageThatIsTooLongEndsItsConnection(t *testing.T) {
	s := serve(t)
	ana, bob := s.dial(), s.dial()
	ana.say(binary, strings.Repeat("x", longest+1))
	ana.isClosed(websocket.StatusMessageTooBig, "")
	bob.say(text, "hi")
	bob.hears(text, "hi")
}

func TestByeClosesTheConnection(t *testing.T) {
	ana := serve(t).dial()
	ana.say(text, "bye")
	ana.isClosed(websocket.StatusNormalClosure, "bye")
}

func TestAClientThatLeavesIsAnswered(t *testing.T) {
	ana := serve(t).dial()
	ana.say(text, "hi")
	ana.hears(text, "hi")
	if got := ana.leaves(websocket.StatusNormalClosure); got != "a close frame" {
		t.Fatalf("expected: a close frame\n     got: %s", got)
	}
}

// ways are how clients leave: with 1000, a page that is closed with 1001, and without a code.
var ways = []websocket.StatusCode{websocket.StatusNormalClosure, websocket.StatusGoingAway, websocket.StatusNoStatusRcvd}

func TestHandlerReturnsWhenItsClientHasLeft(t *testing.T) {
	s := serve(t)
	for _, way := range ways {
		s.dial().leaves(way)
		s.returns()
	}
	_ = s.dial().CloseNow()
	s.returns()
}

func TestHandlerReturnsWhenTheServerStops(t *testing.T) {
	s := serve(t)
	s.dial()
	s.stop()
	s.returns()
}

func TestAClientThatLeavesIsNoError(t *testing.T) {
	s := serve(t)
	for _, way := range ways {
		s.dial().leaves(way)
		s.returns()
	}
	ana := s.dial()
	ana.say(text, "bye")
	ana.next()
	s.returns()
	if got := s.log.warning(); got != "nothing" {
		t.Fatalf("expected: no warning in the log\n     got: %s", got)
	}
}

func TestABrokenConnectionIsLogged(t *testing.T) {
	s := serve(t)
	_ = s.dial().CloseNow()
	s.returns()
	if got := s.log.warning(); got == "nothing" {
		t.Fatal("expected: a warning in the log\n     got: nothing")
	}
}

// Ana listens to nothing, so what she is sent back piles up, until the server waits for her.
func TestAConnectionThatBreaksWhileItIsAnsweredIsLogged(t *testing.T) {
	s := serve(t)
	ana := s.dial()
	var err error
	for err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		err = ana.Write(ctx, binary, make([]byte, longest)) // one that waits in vain breaks off the connection
		cancel()
	}
	s.returns()
	if got := s.log.warning(); got == "nothing" {
		t.Fatal("expected: a warning in the log\n     got: nothing")
	}
}
