package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"wslab/lessons"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/web"
)

// quiet is how long nothing must happen before the next step of a session. In memory, an answer takes
// some microseconds.
const quiet = 60 * time.Millisecond

// recorder plays a lesson's session against its reference answer, in memory and in the raw format,
// and writes down what Ana and Bob send and hear.
type recorder struct {
	ns      *gateway.Namespace
	start   time.Time
	clients map[string]transport.Conn
	running sync.WaitGroup
	stirred chan struct{}

	mu        sync.Mutex
	exchanges []web.Exchange
}

// record returns the session of a lesson.
func record(ctx context.Context, build func(gateway.Emitter) gateway.Gateway, session []lessons.Step, sign func() string) []web.Exchange {
	r := &recorder{
		ns:      gateway.NewNamespace(build),
		start:   time.Now(),
		clients: make(map[string]transport.Conn),
		stirred: make(chan struct{}, 1),
	}
	for _, step := range session {
		step.Auth = bytes.ReplaceAll(compact(step.Auth), []byte(`"SIGNED"`), fmt.Appendf(nil, "%q", sign()))
		step.Data = compact(step.Data)
		r.play(ctx, step)
		r.settle()
	}
	r.mu.Lock()
	exchanges := slices.Clone(r.exchanges) // the end of the recording is not part of it
	r.mu.Unlock()
	_ = r.ns.Close(ctx, gateway.GoingAway)
	r.running.Wait()
	return exchanges
}

// compact writes JSON as clients do, however lesson.json lays it out.
func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return raw // the catalog's tests have read it
	}
	return b.Bytes()
}

func (r *recorder) play(ctx context.Context, step lessons.Step) {
	conn, connected := r.clients[step.Client]
	if !connected {
		conn = r.dial(ctx, step.Client)
		if step.Auth != nil {
			r.send(conn, step.Client, &gateway.Packet{Event: string(jsonevent.AuthEvent), Data: step.Auth})
		}
	}
	switch {
	case step.Event != "":
		r.send(conn, step.Client, &gateway.Packet{Event: step.Event, Data: step.Data})
	case step.Close == "leave":
		r.note(step.Client, true, true, "close 1000")
		_ = conn.Close(gateway.ClientLeft.Code, "")
	case step.Close == "lose":
		r.note(step.Client, true, true, "connection lost")
		_ = conn.Close(gateway.ConnectionLost.Code, "")
	}
}

func (r *recorder) dial(ctx context.Context, name string) transport.Conn {
	client, server := transport.Pipe()
	r.clients[name] = client
	r.note(name, true, true, "open")
	session, err := jsonevent.Admit(ctx, r.ns, gateway.Handshake{})
	if err != nil {
		why := gateway.AsDisconnect(err)
		_ = server.Close(why.Code, why.Reason)
	} else {
		r.running.Go(func() { session.Serve(ctx, server, nil) })
	}
	r.running.Go(func() { r.listen(name, client) })
	return client
}

func (r *recorder) listen(name string, conn transport.Conn) {
	for {
		m, err := conn.Read(context.Background())
		if err != nil {
			if why := gateway.AsDisconnect(err); why.Reason != "" { // else the client's own close
				r.note(name, false, true, fmt.Sprintf("close %d %s", why.Code, why.Reason))
			}
			return
		}
		r.note(name, false, false, string(m.Data))
	}
}

func (r *recorder) send(conn transport.Conn, name string, p *gateway.Packet) {
	text := p.Encoded(jsonevent.Format{})
	r.note(name, true, false, string(text))
	_ = conn.Write(transport.Message{Data: text})
}

func (r *recorder) note(client string, toServer, control bool, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exchanges = append(r.exchanges, web.Exchange{
		At: time.Since(r.start), Client: client, ToServer: toServer, Control: control, Text: text,
	})
	select {
	case r.stirred <- struct{}{}:
	default:
	}
}

// settle waits until nothing has happened for a while.
func (r *recorder) settle() {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		select {
		case <-r.stirred:
			timer.Reset(quiet)
		case <-timer.C:
			return
		}
	}
}
