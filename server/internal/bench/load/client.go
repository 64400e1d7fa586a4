package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// A format is how clients speak on a WebSocket.
type format struct {
	path    string // of the handshake
	opens   string // how the first message begins
	connect string // then said, if anything
	greets  string // how the message begins that lets a client in
	message string // what everyone hears, around a payload
	echo    string // what is answered
}

var (
	raw = format{
		path:  "/ws?token=ABC-123&name=Ana",
		opens: `{"event":"connected"`, greets: `{"event":"connected"`,
		message: `{"event":"message","data":%s}`, echo: `{"event":"echo","data":%s,"id":1}`,
	}
	socketIO = format{
		path:  "/socket.io/?EIO=4&transport=websocket",
		opens: "0{", connect: `40{"token":"ABC-123","name":"Ana"}`, greets: "40{",
		message: `42["message",%s]`, echo: `421["echo",%s]`,
	}
)

// A client is a connection that counts frames: it must cost the machine as little as can be.
type client struct {
	nc    net.Conn
	in    scanner
	hears func(payload []byte) // each message; nil if they are only counted
}

// patience is how long anything that must come is waited for.
const patience = 30 * time.Second

var (
	ping = []byte("2") // of Engine.IO
	pong = masked(opText, "3")
)

// dial connects a client with a buffer of some bytes, and returns once it has been let in.
func (f format) dial(ctx context.Context, host string, dialer net.Dialer, buffer int) (*client, error) {
	dialer.Timeout = patience
	nc, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	c := &client{nc: nc, in: scanner{buf: make([]byte, max(buffer, 512))}}
	_ = nc.SetDeadline(time.Now().Add(patience))
	err = c.handshake(f, host)
	_ = nc.SetDeadline(time.Time{})
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return c, nil
}

func (c *client) handshake(f format, host string) error {
	_, err := fmt.Fprintf(c.nc, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", f.path, host)
	if err != nil {
		return err
	}
	rest, err := c.answer()
	if err != nil {
		return err
	}
	opened, greeted := false, false
	hear := func(_ byte, payload []byte) {
		opened = opened || bytes.HasPrefix(payload, []byte(f.opens))
		greeted = greeted || bytes.HasPrefix(payload, []byte(f.greets))
	}
	c.in.scan(rest, hear)
	for asked := false; !greeted; {
		if opened && !asked && f.connect != "" {
			asked = true
			if err := c.say(masked(opText, f.connect)); err != nil {
				return err
			}
		}
		if err := c.read(hear); err != nil {
			return err
		}
	}
	return nil
}

// answer reads the answer to the handshake, and leaves what came after it in the buffer.
func (c *client) answer() (rest int, err error) {
	for n := 0; n < len(c.in.buf); {
		more, err := c.nc.Read(c.in.buf[n:])
		if n += more; err != nil {
			return 0, err
		}
		if head, after, whole := bytes.Cut(c.in.buf[:n], []byte("\r\n\r\n")); whole {
			if !bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
				return 0, fmt.Errorf("the server refused: %.60q", head)
			}
			return copy(c.in.buf, after), nil
		}
	}
	return 0, errors.New("the server's answer is too long")
}

func (c *client) say(frame []byte) error {
	_, err := c.nc.Write(frame)
	return err
}

// read reads once and tells every frame that is whole.
func (c *client) read(each func(opcode byte, payload []byte)) error {
	n, err := c.nc.Read(c.in.free())
	c.in.scan(n, each)
	return err
}

// listen tells how many messages came, each time that some came, until the connection ends. It answers heartbeats.
func (c *client) listen(count func(n int)) error {
	for {
		n := 0
		var answer []byte
		ended := false
		err := c.read(func(opcode byte, payload []byte) {
			switch {
			case opcode == opPing:
				answer = masked(opPong, string(payload))
			case opcode == opClose:
				ended = true
			case len(payload) == 1 && bytes.Equal(payload, ping):
				answer = pong
			case opcode <= 2:
				n++
				if c.hears != nil {
					c.hears(payload)
				}
			}
		})
		if n > 0 {
			count(n)
		}
		if answer != nil && err == nil {
			err = c.say(answer)
		}
		if ended && err == nil {
			err = io.EOF
		}
		if err != nil {
			return err
		}
	}
}
