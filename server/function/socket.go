package function

import (
	"context"
	"sync"
	"time"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

const (
	// maxInbox is how many bytes of a client's events may wait for the function. Reading never stops,
	// since a pong may stand behind them: a client that sends more is ended.
	maxInbox = 4 << 20
	// maxOutbox is how many bytes may wait for a client that reads slowly, unless its gateway says otherwise.
	maxOutbox = 1 << 20
	// closeTimeout is how long an ending socket may take to send what was queued.
	closeTimeout = 5 * time.Second
)

// A socket is one client of a function. It belongs to the function and outlives its versions: each
// gives it a [seat], and between two of them what the client sends waits here.
type socket struct {
	function *Function
	number   uint32 // what guests know it by
	link     gateway.Link
	user     gateway.User
	inbox    inbox
	*outbox

	mu    sync.Mutex
	seat  *seat         // nil while no guest serves it
	moved chan struct{} // closed when seat changes
	id    string        // "" until a guest has opened it
	asked uint64        // the id of the next question to the client
	left  bool          // the guest was told that the client is gone
}

// add makes a socket of the link, and gives it to the version that answers now.
func (f *Function) add(link gateway.Link, user gateway.User) (s *socket, added bool) {
	f.seating.Lock()
	defer f.seating.Unlock()
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return nil, false
	}
	f.serving.Add(1)
	f.last++
	s = &socket{function: f, number: f.last, link: link, user: user, moved: make(chan struct{})}
	s.inbox.wake = make(chan struct{}, 1)
	s.outbox = newOutbox(link)
	f.sockets[s.number] = s
	in := f.current
	f.mu.Unlock()
	if in != nil {
		in.seat(s)
	}
	return s, true
}

func (f *Function) remove(s *socket) {
	f.mu.Lock()
	delete(f.sockets, s.number)
	if seat, _ := s.seated(); seat != nil {
		defer seat.in.vacate(seat)
	}
	empty := len(f.sockets) == 0
	f.emptied = time.Now()
	f.mu.Unlock()
	if empty {
		f.quiet.Reset(quietTime)
	}
	f.serving.Done()
}

// serve runs s until a guest is done with it, and returns why it ended.
func (s *socket) serve(ctx context.Context) gateway.Disconnect {
	var pumps sync.WaitGroup
	pumps.Go(s.write)
	pumps.Go(s.read)
	why := s.pass(ctx)
	s.end(why)
	pumps.Wait()
	s.forced.Stop()
	return why
}

// read keeps what the client sends, and at last how it went.
func (s *socket) read() {
	for {
		p, err := s.link.Receive()
		if err == nil && !s.inbox.push(p) {
			err = gateway.RateLimited
		}
		if err != nil {
			s.inbox.end(s.close(gateway.AsDisconnect(err)))
			return
		}
	}
}

// pass hands over what the client sends, in order, to whichever guest serves it. It returns why the
// socket ended: the guest's last word, or where there is no guest to ask, how the client went.
func (s *socket) pass(ctx context.Context) gateway.Disconnect {
	for {
		seat, moved := s.seated()
		select {
		case <-seat.over():
			return seat.why
		default:
		}
		var err error
		p, gone := s.inbox.first()
		waiting := s.inbox.wake
		switch {
		case seat == nil && s.ending(): // no guest need know
			if gone = s.inbox.how(); gone != nil {
				return *gone
			}
		case seat == nil && gone != nil:
			return *gone
		case seat == nil && (p != nil || !s.opened()):
			err = s.revive(ctx, moved)
		case seat != nil && s.leaving():
			waiting = nil
		case p != nil || gone != nil:
			if seat.forward(p, gone) == nil {
				s.inbox.next()
				continue
			}
			waiting = nil // it stays the first until there is another seat
		}
		if err != nil {
			return gateway.AsDisconnect(err)
		}
		select {
		case <-waiting:
		case <-moved:
		case <-seat.over():
			return seat.why
		case <-ctx.Done():
			return s.abandon(seat, gateway.AsDisconnect(context.Cause(ctx)))
		case <-s.function.ctx.Done():
			return s.function.parting()
		}
	}
}

// revive asks for a guest, for a socket that has something to say to one.
func (s *socket) revive(ctx context.Context, moved <-chan struct{}) error {
	f := s.function
	if _, err := f.running(ctx); err == nil {
		f.seatAgain(s)
		s.inbox.signal()
		return nil
	} else if gateway.AsDisconnect(err) != gateway.TryAgainLater {
		return err
	}
	pause := time.NewTimer(f.pauseLeft())
	defer pause.Stop()
	select {
	case <-pause.C:
		s.inbox.signal()
	case <-moved:
	case <-ctx.Done():
	case <-f.ctx.Done():
	}
	return nil
}

// abandon tells the guest that the client is gone because the server stops, and waits for its last
// word for a while.
func (s *socket) abandon(seat *seat, why gateway.Disconnect) gateway.Disconnect {
	if seat == nil {
		return why
	}
	_ = seat.in.tell(frame.JSON(frame.Gone, s.number, why)) // else its guest has ended
	timeout := time.NewTimer(closeTimeout)
	defer timeout.Stop()
	select {
	case <-seat.over():
	case <-seat.left:
	case <-timeout.C:
	}
	return why
}

// seated returns the socket's seat, if any, and a channel that is closed when it changes.
func (s *socket) seated() (*seat, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seat, s.moved
}

// sit changes the socket's seat from one to another; nil is none.
func (s *socket) sit(from, to *seat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seat != from {
		return
	}
	s.seat = to
	close(s.moved)
	s.moved = make(chan struct{})
}

func (s *socket) opened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id != ""
}

func (s *socket) leaving() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left
}

// introduction is the frame by which a guest learns of the socket.
func (s *socket) introduction() frame.Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id == "" {
		return frame.JSON(frame.Connect, s.number, s.user)
	}
	return frame.JSON(frame.Adopt, s.number, gateway.Continued{ID: s.id, User: s.user, Asked: s.asked})
}
