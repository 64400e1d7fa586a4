package engineio

import (
	"context"
	"errors"
	"sync"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// A poll is a client's side of long polling: a [transport.Conn] whose messages are packets. Each request for
// the server's packets waits for them, and the next one follows at once.
type poll struct {
	request func(ctx context.Context, method string, body []byte) (answer []byte, err error)
	show    func(toServer bool, packet []byte)

	ctx     context.Context // of all requests
	cancel  context.CancelFunc
	in      chan transport.Message // unbuffered: who does not read does not poll
	stopped chan struct{}
	max     int // how long a body may be, in bytes

	mu      sync.Mutex
	resting bool
	why     gateway.Disconnect // read after stopped
}

var _ transport.Conn = (*poll)(nil)

func newPoll(request func(ctx context.Context, method string, body []byte) ([]byte, error), show func(bool, []byte)) *poll {
	p := &poll{
		request: request, show: show, in: make(chan transport.Message), stopped: make(chan struct{}), why: gateway.ConnectionLost,
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// fetch makes one request for what the server has to say, which may take until its next ping.
func (p *poll) fetch(ctx context.Context) ([]Packet, error) {
	body, err := p.request(ctx, "GET", nil)
	if err != nil {
		return nil, err
	}
	packets, err := DecodePayload(body)
	for _, packet := range packets {
		p.show(false, packet.Append(nil))
	}
	return packets, err
}

// run fetches again and again, until the session ends or moves on.
func (p *poll) run(packets []Packet) {
	defer close(p.stopped)
	for {
		for _, packet := range packets {
			select {
			case p.in <- transport.Message{Binary: packet.Binary, Data: packet.Append(nil)}:
			case <-p.ctx.Done():
				return
			}
			if packet.Type == Close { // nothing comes after it
				return
			}
		}
		if p.rests() {
			return
		}
		var err error
		if packets, err = p.fetch(p.ctx); err != nil {
			p.fail(err)
			return
		}
	}
}

func (p *poll) rests() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resting
}

// last lets the request that is under way be the last.
func (p *poll) last() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resting = true
}

// rest waits until what the last request brought has been read.
func (p *poll) rest() {
	p.last()
	<-p.stopped
}

// fail notes why there are no further requests, and ends the one that waits.
func (p *poll) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var why gateway.Disconnect
	if errors.As(err, &why) && p.why == gateway.ConnectionLost { // the first one counts
		p.why = why
	}
	p.cancel()
}

// Read implements [transport.Conn].
func (p *poll) Read(ctx context.Context) (transport.Message, error) {
	select {
	case m := <-p.in:
		return m, nil
	case <-p.stopped:
		p.mu.Lock()
		defer p.mu.Unlock()
		return transport.Message{}, p.why
	case <-ctx.Done():
		return transport.Message{}, context.Cause(ctx)
	}
}

// Write implements [transport.Conn]: all goes in one request, or in as few as the server's limit allows.
func (p *poll) Write(packets ...transport.Message) error {
	var body []byte
	for _, m := range packets {
		packet, err := Decode(m.Data, m.Binary)
		if err != nil {
			return err
		}
		longer := AppendPayload(body, packet)
		if len(body) == 0 || len(longer) <= p.max {
			body = longer
			continue
		}
		if err := p.post(body); err != nil {
			return err
		}
		body = AppendPayload(nil, packet)
	}
	return p.post(body)
}

func (p *poll) post(body []byte) error {
	_, err := p.request(p.ctx, "POST", body)
	if err != nil {
		p.fail(err)
	}
	return err
}

// Close implements [transport.Conn].
func (p *poll) Close(code int, _ string) (err error) {
	if code != gateway.ConnectionLost.Code {
		goodbye := Packet{Type: Close}.Append(nil)
		p.show(true, goodbye)
		err = p.Write(transport.Message{Data: goodbye})
	}
	p.cancel()
	return err
}
