package limits_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	recovery "wslab/lessons/08-recovery/solution"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// An attacker is a client that means harm: a connection, without the manners of a client.
type attacker struct {
	conn    transport.Conn
	heard   chan string             // the names of the events that it hears
	refused chan string             // the codes with which it is refused
	ended   chan gateway.Disconnect // why the connection ended
}

// attack connects an attacker called Eve, with a good token.
func (s *server) attack(address string) *attacker {
	a := &attacker{conn: s.connect(s.from(address)), ended: make(chan gateway.Disconnect, 1)}
	a.heard, a.refused = make(chan string, 1<<12), make(chan string, 1<<12)
	_ = a.send(`{"event":"auth","data":{"token":"ABC-123","name":"Eve"}}`)
	return a
}

// idles connects an attacker that has read that it is connected, the welcome and the first ping, and resumes. What
// comes of that it does not read any more.
func (s *server) idles(address string) *attacker {
	a := s.attack(address)
	for range 3 {
		_, err := a.conn.Read(s.t.Context())
		require.NoError(s.t, err)
	}
	_ = a.send(resume)
	return a
}

const resume = `{"event":"resume","data":{"heard":0}}`

// say is a line on its way.
func say(key, text string, heard int) string {
	data, _ := json.Marshal(recovery.Words{Line: recovery.Line{Key: key, Text: text}, Heard: heard}) // strings encode
	return fmt.Sprintf(`{"event":"say","data":%s}`, data)
}

// send sends whatever it is, unless the connection has ended.
func (a *attacker) send(text string) error {
	return a.conn.Write(transport.Message{Data: []byte(text)})
}

// read reads all that comes.
func (a *attacker) read() {
	for {
		m, err := a.conn.Read(context.Background())
		var why gateway.Disconnect
		if errors.As(err, &why) {
			a.ended <- why
			return
		}
		p, _ := jsonevent.Decode(m.Data) // the server wrote it
		a.heard <- p.Event
		var e gateway.Exception
		if p.Event == string(jsonevent.ExceptionEvent) && json.Unmarshal(p.Data, &e) == nil {
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
