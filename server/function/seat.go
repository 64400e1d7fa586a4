package function

import (
	"fmt"
	"sync"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// A seat is a socket's place in one instance.
type seat struct {
	socket *socket
	in     *instance
	window window

	left chan struct{} // closed when the instance no longer serves the socket

	once  sync.Once
	ended chan struct{} // closed by the guest's last word
	why   gateway.Disconnect
}

// seat gives s a place in the instance. There is none in a guest that has ended or that is to end, nor
// for a socket that is to end. One that was let in without being asked who it is ends where the gateway
// asks.
func (in *instance) seat(s *socket) {
	if in.protected && !s.user.Asked {
		s.end(NewVersion)
	}
	if s.ending() || s.leaving() {
		return
	}
	t := &seat{
		socket: s,
		in:     in,
		window: window{given: make(chan struct{}, 1)},
		left:   make(chan struct{}),
		ended:  make(chan struct{}),
	}
	in.mu.Lock()
	if in.swept {
		in.mu.Unlock()
		return
	}
	in.seats[s.number] = t
	in.mu.Unlock()
	before, _ := s.seated()
	s.sit(before, t) // first: the guest may answer at once
	if in.tell(s.introduction()) != nil {
		s.sit(t, nil)
	}
}

// vacate forgets a socket that has ended.
func (in *instance) vacate(t *seat) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.seats[t.socket.number] == t {
		delete(in.seats, t.socket.number)
	}
}

// sweep takes all seats away, once the guest has ended.
func (in *instance) sweep() {
	in.mu.Lock()
	seats := in.seats
	in.seats, in.swept = nil, true
	in.mu.Unlock()
	for _, t := range seats {
		close(t.left)
		t.socket.sit(t, nil)
	}
}

// over is closed by the guest's last word on the socket.
func (t *seat) over() <-chan struct{} {
	if t == nil {
		return nil
	}
	return t.ended
}

// forward hands a packet over, or that the client is gone. After an error, which says that the guest
// takes nothing more, nothing was handed over.
func (t *seat) forward(p *gateway.Packet, gone *gateway.Disconnect) error {
	if p == nil {
		return t.depart(*gone)
	}
	payload := p.Encoded(frame.Format)
	if err := t.window.take(frame.Cost(payload), t); err != nil {
		return err
	}
	t.in.packets.Add(1)
	return t.in.tell(frame.Frame{Kind: frame.Packet, Socket: t.socket.number, Payload: payload})
}

func (t *seat) depart(why gateway.Disconnect) error {
	t.socket.setLeft(true) // first: no other version shall be told of it
	err := t.in.tell(frame.JSON(frame.Gone, t.socket.number, why))
	if err != nil {
		t.socket.setLeft(false)
	}
	return err
}

func (s *socket) setLeft(left bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = left
}

// handle takes a frame of the guest, on the guest's thread: it never waits.
func (t *seat) handle(f frame.Frame) error {
	switch f.Kind {
	case frame.Open:
		t.open(string(f.Payload))
		return nil
	case frame.Packet:
		return t.push(f.Payload)
	case frame.Taken:
		cost, err := frame.ParseTaken(f.Payload)
		t.window.give(cost)
		return err
	case frame.Close, frame.Ended:
		return t.close(f)
	}
	return fmt.Errorf("the guest sent a frame of kind %q", f.Kind)
}

// open tells the client the socket's id, once: by the guest that serves it.
func (t *seat) open(id string) {
	s := t.socket
	s.mu.Lock()
	first := s.seat == t && s.id == ""
	if first {
		s.id = id
	}
	s.mu.Unlock()
	if first {
		s.outbox.open(id)
	}
}

func (t *seat) push(payload []byte) error {
	p, err := frame.ParsePacket(payload)
	if err != nil {
		return err
	}
	s := t.socket
	if p.Kind == gateway.KindRequest {
		s.mu.Lock()
		s.asked = max(s.asked, p.ID+1)
		s.mu.Unlock()
	}
	s.outbox.push(p, len(payload), t.in.maxQueue)
	return nil
}

func (t *seat) close(f frame.Frame) error {
	var why gateway.Disconnect
	if err := f.Unmarshal(&why); err != nil {
		return err
	}
	t.socket.end(why)
	if f.Kind == frame.Ended {
		t.once.Do(func() { t.why = why; close(t.ended) })
	}
	return nil
}
