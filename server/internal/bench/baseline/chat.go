package baseline

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// chat is the design of coder/websocket's own chat example: a channel for each subscriber, filled under one lock, and
// each message written with a timeout.
type chat struct {
	ctx         context.Context
	mu          sync.Mutex
	subscribers map[*subscriber]struct{}
}

type subscriber struct {
	messages  chan []byte
	closeSlow func()
}

func newChat(ctx context.Context) http.Handler {
	return &chat{ctx: ctx, subscribers: make(map[*subscriber]struct{})}
}

func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !admitted(w, r) {
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // the library has answered
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(maxMessage)
	s := &subscriber{
		messages:  make(chan []byte, queued),
		closeSlow: func() { _ = conn.Close(websocket.StatusPolicyViolation, "too slow to keep up with messages") },
	}
	c.mu.Lock()
	c.subscribers[s] = struct{}{}
	s.messages <- []byte(greeting) // who is greeted hears everything
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.subscribers, s)
		c.mu.Unlock()
	}()
	ctx, cancel := context.WithCancel(c.ctx)
	go func() {
		defer cancel()
		c.read(s, conn)
	}()
	for {
		select {
		case text := <-s.messages:
			if writeTimeout(ctx, 5*time.Second, conn, text) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func writeTimeout(ctx context.Context, timeout time.Duration, conn *websocket.Conn, text []byte) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, text)
}

func (c *chat) read(s *subscriber, conn *websocket.Conn) {
	for {
		_, text, err := conn.Read(context.Background())
		if err != nil {
			return
		}
		answer, everyone, err := reply(text)
		switch {
		case err != nil:
			return
		case everyone:
			c.publish(answer)
		default:
			s.put(answer)
		}
	}
}

func (c *chat) publish(text []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.subscribers {
		s.put(text)
	}
}

func (s *subscriber) put(text []byte) {
	select {
	case s.messages <- text:
	default:
		go s.closeSlow()
	}
}
