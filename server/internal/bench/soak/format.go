package soak

import (
	"bytes"
	"fmt"
	"strconv"

	"wslab/server/internal/bench/ledger"
)

// A format is how clients speak on a WebSocket.
type format struct {
	path    string // of the handshake
	opens   string // how the message begins that is answered with connect, if anything
	connect string
	greets  string // how the message begins that lets a client in
	message string // around a payload, how it comes
	say     string // a message with an id and a payload, which is acknowledged
	echo    string // an event that nobody else hears
	ack     string // how the answer begins, before the id
}

var (
	raw = format{
		path:    "/ws?token=ABC-123&name=Ana",
		greets:  `{"event":"connected"`,
		message: `{"event":"message"`, ack: `{"id":`,
		say:  `{"event":"message","id":%d,"data":%s}`,
		echo: `{"event":"echo","data":"flood"}`,
	}
	socketIO = format{
		path:  "/socket.io/?EIO=4&transport=websocket",
		opens: "0{", connect: `40{"token":"ABC-123","name":"Ana"}`,
		greets:  "40{",
		message: `42["message"`, ack: "43",
		say:  `42%d["message",%s]`,
		echo: `42["echo","flood"]`,
	}
)

// says writes a message of a sender. Its number is its id, too.
func (f format) says(p ledger.Place) []byte {
	payload := fmt.Sprintf(`{"text":"soak","sender":%d,"seq":%d}`, p.Sender, p.Seq)
	return fmt.Appendf(nil, f.say, p.Seq, payload)
}

// heard reads a message that everyone hears.
func (f format) heard(text []byte) (p ledger.Place, ok bool) {
	if !bytes.HasPrefix(text, []byte(f.message)) {
		return p, false
	}
	sender, ok := number(text, `"sender":`)
	seq, found := number(text, `"seq":`)
	return ledger.Place{Sender: int(sender), Seq: seq}, ok && found && seq > 0
}

// acked reads the number that an answer acknowledges. A refusal is none.
func (f format) acked(text []byte) (seq int64, ok bool) {
	if !bytes.HasPrefix(text, []byte(f.ack)) || bytes.Contains(text, []byte(`"error":`)) {
		return 0, false
	}
	return number(text, f.ack)
}

// number reads the whole number that follows a mark.
func number(text []byte, mark string) (int64, bool) {
	_, rest, _ := bytes.Cut(text, []byte(mark))
	n := 0
	for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
		n++
	}
	value, err := strconv.ParseInt(string(rest[:n]), 10, 48)
	return value, err == nil
}
