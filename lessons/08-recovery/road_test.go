package recovery_test

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// A fate is what happens to one message on the road. The zero fate is that it arrives.
type fate struct {
	slow   time.Duration // it takes so long, and what comes after it waits
	lost   bool          // it does not arrive
	double bool          // it arrives twice
	before bool          // the connection is cut in its place
	after  bool          // the connection is cut once it has arrived
	dark   bool          // from now on nothing arrives in this direction, and nobody is told
}

// A weather decides the fate of the message number n, from 0, in one direction. A nil weather is fine.
type weather func(toServer bool, n int, text string) fate

// A road is the server's end of a connection.
type road struct {
	transport.Conn
	weather  weather
	up, down way
	twice    []transport.Message    // has arrived, and arrives again
	arrived  chan transport.Message // has left the client, which does not wait for a slow road
	gone     error                  // how the client went; read after arrived is closed
	once     sync.Once
	closed   chan struct{}
}

// A way is one direction of a road.
type way struct {
	n    atomic.Int64
	dark atomic.Bool
}

func newRoad(conn transport.Conn, w weather) *road {
	r := &road{Conn: conn, weather: w, arrived: make(chan transport.Message, 1<<10), closed: make(chan struct{})}
	go r.takes()
	return r
}

// takes takes what the client sends, until it goes.
func (r *road) takes() {
	defer close(r.arrived)
	for {
		m, err := r.Conn.Read(context.Background())
		if r.gone = err; err != nil {
			return
		}
		r.arrived <- m
	}
}

// Read implements [transport.Conn].
func (r *road) Read(ctx context.Context) (m transport.Message, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-r.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	if len(r.twice) > 0 {
		m, r.twice = r.twice[0], nil
		return m, nil
	}
	for {
		var more bool
		select {
		case m, more = <-r.arrived:
		case <-ctx.Done():
			return m, ctx.Err()
		}
		if !more {
			if r.up.dark.Load() { // the other side has gone, and nobody is told
				<-ctx.Done()
			}
			return m, r.gone
		}
		if f, arrives := r.travels(&r.up, true, m); arrives {
			if f.double {
				r.twice = []transport.Message{m}
			}
			return m, nil
		}
	}
}

// Write implements [transport.Conn].
func (r *road) Write(messages ...transport.Message) error {
	for _, m := range messages {
		f, arrives := r.travels(&r.down, false, m)
		if !arrives {
			continue
		}
		err := r.Conn.Write(m)
		if f.double {
			err = r.Conn.Write(m)
		}
		if f.after {
			r.cut()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// travels takes a message along a way.
func (r *road) travels(w *way, toServer bool, m transport.Message) (f fate, arrives bool) {
	if r.weather != nil && !w.dark.Load() {
		f = r.weather(toServer, int(w.n.Add(1)-1), string(m.Data))
	}
	if f.slow > 0 {
		timer := time.NewTimer(f.slow)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.closed:
		}
	}
	if f.dark {
		w.dark.Store(true)
	}
	if f.before || f.after && toServer {
		r.cut()
	}
	return f, !f.lost && !f.before && !w.dark.Load()
}

// cut has both sides lose the connection at once.
func (r *road) cut() { _ = r.Conn.Close(gateway.ConnectionLost.Code, "") }

// breaks makes the connection half-open.
func (r *road) breaks() {
	r.up.dark.Store(true)
	r.down.dark.Store(true)
}

// Close implements [transport.Conn].
func (r *road) Close(code int, reason string) error {
	r.once.Do(func() { close(r.closed) })
	if r.down.dark.Load() {
		return nil // what the client still sends goes nowhere
	}
	return r.Conn.Close(code, reason)
}

// end ends both sides.
func (r *road) end() {
	_ = r.Close(gateway.ClientLeft.Code, "")
	_ = r.Conn.Close(gateway.ClientLeft.Code, "")
}
