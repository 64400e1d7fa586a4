package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"wslab/server/gateway"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// A peer is the least client that speaks one of the formats: what it costs is not measured, so that it writes
// packets as they are on the wire.
type peer interface {
	// read returns what came, one message or one answer to a poll, once heartbeats have been answered.
	read(ctx context.Context) ([]byte, error)
	// say sends an event that everyone hears, with a JSON payload.
	say(ctx context.Context, payload string) error
	close()
}

// A way is one of the ways to connect that are compared.
type way struct {
	name string
	dial func(ctx context.Context, host string) (peer, error)
	mark []byte // of what say makes everyone hear
}

var (
	overWS      = way{"ws", dialRaw, []byte(`{"event":"message"`)}
	overIO      = way{"socket.io", dialSocketIO, []byte(`42["message"`)}
	overPolling = way{"socket.io, polling", dialPolling, []byte(`42["message"`)}
)

const connect = `40{"token":"ABC-123","name":"Ana"}`

// A webSocket is a peer of either format on a WebSocket.
type webSocket struct {
	conn   transport.Conn
	format string // of what say sends
}

func dialRaw(ctx context.Context, host string) (peer, error) {
	conn, err := ws.Dial(ctx, "ws://"+host+"/ws?token=ABC-123&name=Ana", ws.DialOptions{})
	if err != nil {
		return nil, err
	}
	p := &webSocket{conn, `{"event":"message","data":%s}`}
	return p, greeted(ctx, p, "connected")
}

func dialSocketIO(ctx context.Context, host string) (peer, error) {
	conn, err := ws.Dial(ctx, "ws://"+host+"/socket.io/?EIO=4&transport=websocket", ws.DialOptions{})
	if err != nil {
		return nil, err
	}
	p := &webSocket{conn, `42["message",%s]`}
	if err := p.send(connect); err != nil {
		return nil, err
	}
	return p, greeted(ctx, p, "40{")
}

// greeted reads until the server has let a peer in.
func greeted(ctx context.Context, p peer, mark string) error {
	for {
		text, err := p.read(ctx)
		if err != nil || bytes.Contains(text, []byte(mark)) {
			return err
		}
	}
}

func (p *webSocket) send(text string) error {
	return p.conn.Write(transport.Message{Data: []byte(text)})
}

func (p *webSocket) read(ctx context.Context) ([]byte, error) {
	m, err := p.conn.Read(ctx)
	if err == nil && string(m.Data) == "2" { // a ping of Engine.IO; those of RFC 6455 are answered below
		err = p.send("3")
	}
	return m.Data, err
}

func (p *webSocket) say(_ context.Context, payload string) error {
	return p.send(fmt.Sprintf(p.format, payload))
}

func (p *webSocket) close() { _ = p.conn.Close(gateway.ConnectionLost.Code, "") }

// A poller is a peer of Socket.IO without a WebSocket.
type poller struct {
	client *http.Client
	url    string
}

func dialPolling(ctx context.Context, host string) (peer, error) {
	p := &poller{
		&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}},
		"http://" + host + "/socket.io/?EIO=4&transport=polling",
	}
	opened, err := p.ask(ctx, http.MethodGet, "")
	if err != nil {
		return nil, err
	}
	var about struct{ SID string }
	if err := json.Unmarshal(bytes.TrimPrefix(opened, []byte("0")), &about); err != nil {
		return nil, err
	}
	p.url += "&sid=" + about.SID
	if _, err := p.ask(ctx, http.MethodPost, connect); err != nil {
		return nil, err
	}
	return p, greeted(ctx, p, "40{")
}

func (p *poller) ask(ctx context.Context, method, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", method, answer.Status, text)
	}
	return text, err
}

func (p *poller) read(ctx context.Context) ([]byte, error) {
	text, err := p.ask(ctx, http.MethodGet, "")
	if err != nil {
		return nil, err
	}
	for packet := range bytes.SplitSeq(text, []byte{0x1e}) {
		if string(packet) == "2" {
			if _, err := p.ask(ctx, http.MethodPost, "3"); err != nil {
				return nil, err
			}
		}
	}
	return text, nil
}

func (p *poller) say(ctx context.Context, payload string) error {
	_, err := p.ask(ctx, http.MethodPost, `42["message",`+payload+`]`)
	return err
}

func (p *poller) close() { p.client.CloseIdleConnections() }
