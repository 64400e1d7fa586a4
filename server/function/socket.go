package function

import (
	"context"
	"fmt"
	"sync"
	"time"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

const (
	// maxOutbox is how many bytes may wait for a client that reads slowly.
	maxOutbox = 1 << 20
	// closeTimeout is how long an ending socket may take to send what was queued.
	closeTimeout = 5 * time.Second
)

// A socket is one client of an instance: the link to the client here, its number in the guest there.
type socket struct {
	id     uint32
	link   gateway.Link
	window window
	ended  chan gateway.Disconnect // the guest's last word; capacity 1
	wake   chan struct{}           // there is something to write; capacity 1

	mu      sync.Mutex
	name    string // the socket's id, to be told first
	waiting []*gateway.Packet
	held    int                 // the size of what waits
	why     *gateway.Disconnect // nothing comes after what waits
	forced  *time.Timer

	closing sync.Once
	closed  chan struct{} // the link is closed, or about to be
	reason  gateway.Disconnect
}

// add gives the link a number. There is none in an instance that is ending.
func (in *instance) add(link gateway.Link) (s *socket, added bool) {
	s = &socket{
		link:   link,
		window: window{given: make(chan struct{}, 1)},
		ended:  make(chan gateway.Disconnect, 1),
		wake:   make(chan struct{}, 1),
		closed: make(chan struct{}),
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.ending {
		return nil, false
	}
	in.serving.Add(1)
	in.last++
	s.id = in.last
	in.sockets[s.id] = s
	return s, true
}

// serve runs s until the guest is done with it, and returns why it ended.
func (in *instance) serve(ctx context.Context, s *socket, user gateway.User) gateway.Disconnect {
	defer in.serving.Done()
	var pumps sync.WaitGroup
	pumps.Go(s.write)
	pumps.Go(func() { in.read(s, user) })
	why := in.await(ctx, s)
	s.end(why)
	pumps.Wait()
	s.forced.Stop()
	in.mu.Lock()
	delete(in.sockets, s.id)
	in.mu.Unlock()
	return why
}

// await waits for the guest's last word on s, or for the guest's or the server's end.
func (in *instance) await(ctx context.Context, s *socket) gateway.Disconnect {
	select {
	case why := <-s.ended:
		return why
	case <-in.over:
		return in.parting()
	case <-ctx.Done():
	}
	why := gateway.AsDisconnect(context.Cause(ctx))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	_ = in.tell(ctx, frame.JSON(frame.Gone, s.id, why))
	select {
	case <-s.ended:
	case <-in.over:
	case <-ctx.Done():
	}
	return why
}

func (in *instance) parting() gateway.Disconnect {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.farewell
}

// read passes on what the client sends, and at last that it is gone.
func (in *instance) read(s *socket, user gateway.User) {
	ctx := context.Background() // the end of the guest ends every write to it
	_ = in.tell(ctx, frame.JSON(frame.Connect, s.id, user))
	for {
		p, err := s.link.Receive()
		if err == nil {
			err = in.deliver(ctx, s, p)
		}
		if err != nil {
			why := s.close(gateway.AsDisconnect(err))
			_ = in.tell(ctx, frame.JSON(frame.Gone, s.id, why))
			return
		}
	}
}

func (in *instance) deliver(ctx context.Context, s *socket, p *gateway.Packet) error {
	payload := p.Encoded(frame.Format)
	if err := s.window.take(frame.Cost(payload), s.closed); err != nil {
		return err
	}
	return in.tell(ctx, frame.Frame{Kind: frame.Packet, Socket: s.id, Payload: payload})
}

// handle takes a frame of the guest, on the guest's thread: it never waits.
func (s *socket) handle(f frame.Frame) error {
	switch f.Kind {
	case frame.Open:
		s.open(string(f.Payload))
		return nil
	case frame.Packet:
		p, err := frame.ParsePacket(f.Payload)
		if err != nil {
			return err
		}
		s.push(p, len(f.Payload))
		return nil
	case frame.Taken:
		cost, err := frame.ParseTaken(f.Payload)
		s.window.give(cost)
		return err
	case frame.Close, frame.Ended:
		return s.over(f)
	}
	return fmt.Errorf("the guest sent a frame of kind %q", f.Kind)
}

func (s *socket) over(f frame.Frame) error {
	var why gateway.Disconnect
	if err := f.Unmarshal(&why); err != nil {
		return err
	}
	s.end(why)
	if f.Kind == frame.Ended {
		select {
		case s.ended <- why:
		default:
		}
	}
	return nil
}
