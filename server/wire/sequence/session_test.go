package sequence

import (
	"time"

	"wslab/server/wire"
)

// A tape makes the entries of a session, as a log would.
type tape struct{ entries []wire.Entry }

func (s *tape) add(e wire.Entry) *tape {
	e.N = uint64(len(s.entries) + 1)
	e.At = time.Duration(e.N) * 37 * time.Millisecond
	s.entries = append(s.entries, e)
	return s
}

func (s *tape) opens(conn uint32, client string) *tape {
	s.add(wire.Entry{Conn: conn, Client: client, Up: true, Kind: wire.Request, Head: &wire.Head{Line: "GET /lessons/4/solution/ws?page=p&as=" + client + " HTTP/1.1"}})
	return s.add(wire.Entry{Conn: conn, Client: client, Kind: wire.Answer, Head: &wire.Head{Line: "HTTP/1.1 101 Switching Protocols"}})
}

func (s *tape) says(conn uint32, client string, up bool, event, data string, faults ...string) *tape {
	e := wire.Entry{Conn: conn, Client: client, Up: up, Kind: wire.Framed, Event: event, Faults: faults}
	if up {
		e.Handler, e.Place = "(*Chat).say", "lessons/04-messages/solution/messages.go:41"
	}
	payload := `{"event":"` + event + `","data":` + data + `}`
	e.Frame = &wire.Frame{Header: wire.Header{Final: true, Opcode: wire.Text, Length: uint64(len(payload))}, Payload: []byte(payload)}
	return s.add(e)
}

func (s *tape) frame(conn uint32, client string, up bool, f wire.Frame, faults ...string) *tape {
	return s.add(wire.Entry{Conn: conn, Client: client, Up: up, Kind: wire.Framed, Frame: &f, Faults: faults})
}

func bare(op wire.Opcode) wire.Frame { return wire.Frame{Header: wire.Header{Final: true, Opcode: op}} }

// everything is a session in which everything happens that a diagram has a sign for.
func everything() []wire.Entry {
	s := new(tape)
	s.opens(1, "ana").opens(2, "bob")
	s.says(1, "ana", true, "message", `{"text":"hello"}`)
	s.says(1, "ana", false, "message", `{"from":"Ana","text":"hello"}`)
	s.says(2, "bob", false, "message", `{"from":"Ana","text":"hello"}`)
	s.frame(1, "ana", false, bare(wire.Ping)).frame(1, "ana", true, bare(wire.Pong))
	s.says(2, "bob", true, "message", `{"text":"I heard you, and I have quite a lot to say about it"}`)
	s.opens(3, "other 1")
	s.says(3, "other 1", true, "message", `{"text":"from a terminal"}`)
	s.add(wire.Entry{Conn: 2, Client: "bob", Kind: wire.Fault, Faults: []string{"delay=200ms", "up.drop=0.25"}})
	s.says(2, "bob", true, "message", `{"text":"nobody hears this"}`, "drop")
	s.says(2, "bob", true, "message", `{"text":"late"}`, "delay=200ms")
	s.says(2, "bob", true, "message", `{"text":"twice"}`, "delay=200ms")
	s.says(2, "bob", true, "message", `{"text":"twice"}`, "double", "delay=200ms")
	s.frame(1, "ana", true, wire.Frame{Header: wire.Header{Opcode: wire.Text}, Payload: []byte(`{"event":`)})
	s.frame(1, "ana", true, wire.Frame{Header: wire.Header{Final: true, Opcode: wire.Binary}, Payload: []byte{1, 2, 0xFF}}, "mask")
	s.frame(1, "ana", false, wire.Frame{Header: wire.Header{Final: true, Opcode: wire.Close}, Code: 1002, Reason: "protocol error"})
	s.frame(1, "ana", true, wire.Frame{Header: wire.Header{Final: true, Opcode: wire.Close}, Code: 1002})
	s.add(wire.Entry{Conn: 1, Client: "ana", Up: true, Kind: wire.End})
	s.add(wire.Entry{Conn: 2, Client: "bob", Up: true, Kind: wire.End, Lost: true, Reset: true})
	return s.entries
}
