package client

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// raw is the format of [jsonevent], one event in one message.
type raw struct {
	conn  transport.Conn
	trace func(toServer bool, message []byte)
	write sync.Mutex // keeps the order of what is sent
}

func (r *raw) open(ctx context.Context, auth json.RawMessage, _ Session) (opened, error) {
	if auth != nil {
		if err := r.send(&gateway.Packet{Event: string(jsonevent.AuthEvent), Payload: gateway.Payload{Data: auth}}); err != nil {
			return opened{}, err
		}
	}
	p, err := r.read(ctx)
	if err != nil {
		return opened{}, err
	}
	connected, err := gateway.Decode[jsonevent.Connected](p.Data)
	if err != nil || p.Event != string(jsonevent.ConnectedEvent) {
		return opened{}, fmt.Errorf("client: the server began with the event %q; this is no wslab gateway", p.Event)
	}
	return opened{connected.ID, connected.PID, connected.Recovered}, nil
}

func (r *raw) read(ctx context.Context) (*gateway.Packet, error) {
	for {
		m, err := r.conn.Read(ctx)
		if err != nil {
			return nil, err
		}
		r.trace(false, m.Data)
		if p, err := jsonevent.Decode(m.Data); err == nil {
			return p, nil
		} // a server that sends no envelope has only the trace for a reader
	}
}

func (r *raw) send(p *gateway.Packet) error { return r.sendText(string(p.Encoded(jsonevent.Format{}))) }

func (r *raw) sendText(message string) error {
	r.write.Lock()
	defer r.write.Unlock()
	r.trace(true, []byte(message))
	return r.conn.Write(transport.Message{Data: []byte(message)})
}

func (r *raw) Close(code int, reason string) error { return r.conn.Close(code, reason) }
