package app

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path"
	"strings"
	"time"

	"wslab/lessons"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/server/wire"
	"wslab/web"
)

const (
	// recordingFile is where a lesson keeps what crossed the connections of its session.
	recordingFile = "recording.jsonl"
	// quiet is how long nothing must happen before the next step of a session.
	quiet = 100 * time.Millisecond
)

// A recorder plays a lesson's session against its reference answer on a server of its own, over real
// WebSockets, and takes what the server saw of it from a page's log.
type recorder struct {
	lesson  lessons.Lesson
	log     *wire.Log
	address string
	clients map[string]transport.Conn
	seen    []wire.Entry
	asked   uint64 // the id of the last request
}

// record returns what crosses the connections of a lesson's session.
func (a *App) record(ctx context.Context, l *lesson) ([]wire.Entry, error) {
	ctx, cancel := context.WithCancel(ctx)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		cancel()
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	r := &recorder{
		lesson:  l.Lesson,
		log:     l.board.Log("recording"),
		address: fmt.Sprintf("ws://%s/lessons/%d/solution/ws?page=recording&as=", listener.Addr(), l.Number),
		clients: make(map[string]transport.Conn),
	}
	err = r.play(ctx, l.sign())
	cancel()
	return r.tidy(), errors.Join(err, <-served)
}

func (r *recorder) play(ctx context.Context, signed string) error {
	for _, step := range r.lesson.Session {
		step.Auth = bytes.ReplaceAll(compact(step.Auth), []byte(`"SIGNED"`), fmt.Appendf(nil, "%q", signed))
		step.Data = r.addressed(compact(step.Data))
		if err := r.step(ctx, step); err != nil {
			return fmt.Errorf("%s: %w", step.Client, err)
		}
		r.settle(ctx)
	}
	return nil
}

// addressed puts the ids of sockets into a payload, for "ID OF bob".
func (r *recorder) addressed(data json.RawMessage) json.RawMessage {
	for _, e := range r.seen {
		if e.Frame == nil || e.Event != string(jsonevent.ConnectedEvent) {
			continue
		}
		var told struct{ Data jsonevent.Connected }
		if json.Unmarshal(e.Frame.Payload, &told) == nil {
			data = bytes.ReplaceAll(data, []byte(`"ID OF `+e.Client+`"`), fmt.Appendf(nil, "%q", told.Data.ID))
		}
	}
	return data
}

// compact writes JSON as clients do, however lesson.json lays it out.
func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return raw // the catalog's tests have read it
	}
	return b.Bytes()
}

func (r *recorder) step(ctx context.Context, step lessons.Step) (err error) {
	conn, connected := r.clients[step.Client]
	if !connected {
		if conn, err = ws.Dial(ctx, r.address+step.Client, ws.DialOptions{}); err != nil {
			return err
		}
		r.clients[step.Client] = conn
		go listen(conn)
		if step.Auth != nil {
			err = send(conn, &gateway.Packet{Event: string(jsonevent.AuthEvent), Payload: gateway.Payload{Data: step.Auth}})
		}
	}
	switch {
	case step.Event != "":
		p := &gateway.Packet{Event: step.Event, Payload: gateway.Payload{Data: step.Data}}
		if step.Request {
			r.asked++
			p.Kind, p.ID = gateway.KindRequest, r.asked
		}
		err = send(conn, p)
	case step.Text != "":
		err = conn.Write(transport.Message{Data: []byte(step.Text)})
	case step.Binary != "":
		var message []byte
		if message, err = hex.DecodeString(strings.ReplaceAll(step.Binary, " ", "")); err == nil {
			err = conn.Write(transport.Message{Binary: true, Data: message})
		}
	case step.Close == "leave":
		_ = conn.Close(gateway.ClientLeft.Code, "")
	case step.Close == "lose":
		_ = conn.Close(gateway.ConnectionLost.Code, "")
	}
	if step.Close != "" {
		delete(r.clients, step.Client) // who does something more comes back
	}
	return err
}

// listen answers pings, requests and closes, as clients do.
func listen(conn transport.Conn) {
	for {
		m, err := conn.Read(context.Background())
		if err != nil {
			_ = conn.Close(gateway.ClientLeft.Code, "")
			return
		}
		if p, err := jsonevent.Decode(m.Data); err == nil && p.Kind == gateway.KindRequest {
			_ = send(conn, &gateway.Packet{Kind: gateway.KindAck, ID: p.ID}) // its end is read next
		}
	}
}

func send(conn transport.Conn, p *gateway.Packet) error {
	return conn.Write(transport.Message{Data: p.Encoded(jsonevent.Format{})})
}

// settle waits until nothing has happened for a while. What comes later is not part of the session.
func (r *recorder) settle(ctx context.Context) {
	for {
		var last uint64
		if len(r.seen) > 0 {
			last = r.seen[len(r.seen)-1].N
		}
		waiting, cancel := context.WithTimeout(ctx, quiet)
		more, err := r.log.After(waiting, last, 1000)
		cancel()
		if err != nil {
			return
		}
		r.seen = append(r.seen, more...)
	}
}

// tidy leaves out of a recording what belongs to this machine and to the recorder.
func (r *recorder) tidy() []wire.Entry {
	for i := len(r.seen) - 1; i >= 0; i-- { // the first last: its time is subtracted from all
		e := &r.seen[i]
		e.At = (e.At - r.seen[0].At).Round(100 * time.Microsecond)
		if e.Kind == wire.Request {
			address, _, _ := strings.Cut(e.Head.Line, "?")
			e.Head.Line = address + " HTTP/1.1"
			for j, h := range e.Head.Headers {
				if h.Name == "Host" {
					e.Head.Headers[j].Value = DefaultAddr
				}
			}
		}
	}
	return r.seen
}

// runRecord makes the recordings anew that the lessons' texts show.
func runRecord(ctx context.Context, c *call) error {
	for _, data := range lessons.All() {
		a, err := New(Config{Repo: c.repo})
		if err != nil {
			return err
		}
		entries, err := a.record(ctx, a.lessons[fmt.Sprint(data.Number)])
		if err != nil {
			return fmt.Errorf("lesson %d: %w", data.Number, err)
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		for _, e := range entries {
			if err := enc.Encode(e); err != nil {
				return err
			}
		}
		file := c.repo.Path("lessons", data.Folder, recordingFile)
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s: %d entries\n", path.Join("lessons", data.Folder, recordingFile), len(entries))
	}
	return nil
}

// recorded returns the recording that the lesson keeps.
func recorded(l lessons.Lesson) (entries []wire.Entry, err error) {
	text, err := l.File(recordingFile)
	if err != nil {
		return nil, err
	}
	for dec := json.NewDecoder(bytes.NewReader(text)); dec.More(); {
		var e wire.Entry
		if err := dec.Decode(&e); err != nil {
			return nil, fmt.Errorf("%s of lesson %d: %w", recordingFile, l.Number, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// exchanges are a lesson's recording as its text shows it.
func exchanges(l lessons.Lesson) (list []web.Exchange) {
	entries, err := recorded(l)
	if err != nil {
		return nil // a test reads them all
	}
	for _, e := range entries {
		x := web.Exchange{At: e.At, Client: e.Client, ToServer: e.Up, Control: true}
		switch {
		case e.Head != nil:
			x.Text = e.Head.Line
		case e.Frame != nil:
			x.Opcode, x.Bytes = e.Frame.Opcode.String(), int(e.Frame.Length)
			x.Control = e.Frame.Opcode.Control()
			x.Text = string(e.Frame.Payload)
			if e.Place != "" {
				x.Place = path.Base(e.Place)
			}
			switch e.Frame.Opcode {
			case wire.Binary:
				x.Text = fmt.Sprintf("% x", e.Frame.Payload)
			case wire.Close:
				x.Text = strings.TrimSpace(fmt.Sprint(e.Frame.Code, " ", e.Frame.Reason))
			}
		case e.Lost:
			x.Lost = true
		default:
			continue // what follows two close frames is nothing to see
		}
		list = append(list, x)
	}
	return list
}
