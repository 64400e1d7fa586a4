package limits_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// An attacker is a client that means harm: a connection, without the manners of a client.
type attacker struct {
	conn    transport.Conn
	refused chan string             // the codes with which it is refused
	ended   chan gateway.Disconnect // why the connection ended
}

// attack connects an attacker called Eve, with a good token.
func (s *server) attack(address string) *attacker {
	a := &attacker{conn: s.connect(s.from(address)), refused: make(chan string, 1<<12), ended: make(chan gateway.Disconnect, 1)}
	_ = a.send(`{"event":"auth","data":{"token":"ABC-123","name":"Eve"}}`)
	return a
}

// send sends whatever it is, unless the connection has ended.
func (a *attacker) send(text string) error {
	return a.conn.Write(transport.Message{Data: []byte(text)})
}

// read reads all that comes, and keeps what it is refused with.
func (a *attacker) read() {
	for {
		m, err := a.conn.Read(context.Background())
		var why gateway.Disconnect
		if errors.As(err, &why) {
			a.ended <- why
			return
		}
		var e gateway.Exception
		if p, err := jsonevent.Decode(m.Data); err == nil && p.Event == string(jsonevent.ExceptionEvent) && json.Unmarshal(p.Data, &e) == nil {
			a.refused <- e.Code
		}
	}
}

// flood sends what text returns, again and again, until the connection ends or it has sent it a hundred times.
func (a *attacker) flood(text func(i int) string) {
	for i := 0; i < 100 && a.send(text(i)) == nil; i++ {
	}
}

// pong answers pings that it has not read, once in ten seconds for as long as the connection lasts: they are numbered.
func (a *attacker) pong(t *testing.T) {
	for n := 1; n < 100 && a.send(fmt.Sprintf(`{"event":"pong","data":{"n":%d}}`, n)) == nil; n++ {
		after(t, 10*time.Second)
	}
}
