package baseline

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// queued is how many messages may wait for one client of the hub and the chat. With fewer, such as the 16 of the
// chat example, a burst throws out clients that read.
const queued = 256

// hub is the design of gorilla/websocket's chat example: one goroutine knows everybody, and each connection has a
// channel and a goroutine that writes.
type hub struct {
	ctx                  context.Context
	register, unregister chan *member
	broadcast            chan []byte
}

type member struct {
	conn *websocket.Conn
	send chan []byte   // nil is the last
	gone chan struct{} // nobody writes any more
}

func newHub(ctx context.Context) http.Handler {
	h := &hub{ctx, make(chan *member), make(chan *member), make(chan []byte)}
	go h.run()
	return h
}

func (h *hub) run() {
	members := make(map[*member]bool)
	leave := func(m *member) {
		delete(members, m)
		select {
		case m.send <- nil:
		default: // its writer meets an error
		}
	}
	for {
		select {
		case m := <-h.register:
			members[m] = true
			m.send <- []byte(greeting) // who is greeted hears everything
		case m := <-h.unregister:
			leave(m)
		case text := <-h.broadcast:
			for m := range members {
				select {
				case m.send <- text:
				default: // too slow
					leave(m)
					go func() { _ = m.conn.CloseNow() }()
				}
			}
		case <-h.ctx.Done():
			return
		}
	}
}

// put gives the hub something, unless it has ended.
func put[T any](h *hub, to chan T, what T) {
	select {
	case to <- what:
	case <-h.ctx.Done():
	}
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !admitted(w, r) {
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // the library has answered
	}
	conn.SetReadLimit(maxMessage)
	m := &member{conn, make(chan []byte, queued), make(chan struct{})}
	go m.write()
	put(h, h.register, m)
	h.read(m)
	put(h, h.unregister, m)
	_ = conn.CloseNow()
}

func (h *hub) read(m *member) {
	for {
		_, text, err := m.conn.Read(context.Background())
		if err != nil {
			return
		}
		answer, everyone, err := reply(text)
		switch {
		case err != nil:
			return
		case everyone:
			put(h, h.broadcast, answer)
		default:
			select {
			case m.send <- answer:
			case <-m.gone:
				return
			}
		}
	}
}

func (m *member) write() {
	defer close(m.gone)
	for text := <-m.send; text != nil; text = <-m.send {
		if m.conn.Write(context.Background(), websocket.MessageText, text) != nil {
			_ = m.conn.CloseNow() // which ends the reader, and that the membership
			return
		}
	}
}
