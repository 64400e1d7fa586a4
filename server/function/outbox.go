package function

import (
	"time"

	"wslab/server/gateway"
)

// A guest never waits for a client, so what it says is kept here until the client has taken it.

func (s *socket) open(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = name
	s.signal()
}

// push queues a packet. A client that owes too much is ended.
func (s *socket) push(p *gateway.Packet, size int) {
	s.mu.Lock()
	full := s.held > 0 && s.held+size > maxOutbox
	if !full && s.why == nil {
		s.waiting = append(s.waiting, p)
		s.held += size
		s.signal()
	}
	s.mu.Unlock()
	if full {
		s.end(gateway.TooSlow)
	}
}

// end closes the link once what waits is written, and in any case after closeTimeout. The first reason
// counts. What a client that is too slow has not taken is thrown away.
func (s *socket) end(why gateway.Disconnect) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != nil {
		return
	}
	s.why = &why
	patience := closeTimeout
	if why == gateway.TooSlow {
		s.waiting, patience = nil, 0
	}
	s.forced = time.AfterFunc(patience, func() { s.close(why) })
	s.signal()
}

// readerPatience is how long after a failed write the reader may take to say how the client went.
const readerPatience = 5 * time.Second

// signal wakes the writer. The lock is held.
func (s *socket) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write passes on what the guest says, until its end is said. A write also fails between a client's
// close frame and the end of its socket: the reader, which knows how the client went, has some time.
func (s *socket) write() {
	failed := false
	for range s.wake {
		s.mu.Lock()
		name, batch, why := s.name, s.waiting, s.why
		s.name, s.waiting, s.held = "", nil, 0
		s.mu.Unlock()
		if !failed && s.pass(name, batch) != nil {
			failed = true
			time.AfterFunc(readerPatience, func() { s.close(gateway.ConnectionLost) })
		}
		if why != nil {
			s.close(*why)
			return
		}
	}
}

func (s *socket) pass(name string, batch []*gateway.Packet) error {
	if name != "" {
		if err := s.link.Open(name); err != nil {
			return err
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return s.link.Send(batch)
}

// close closes the link and returns the reason for which it was closed: the first.
func (s *socket) close(why gateway.Disconnect) gateway.Disconnect {
	s.closing.Do(func() {
		s.reason = why
		close(s.closed)
		_ = s.link.Close(why) // nobody is left to tell
	})
	return s.reason
}
