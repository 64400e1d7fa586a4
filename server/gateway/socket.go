package gateway

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxOutbox is how many bytes may wait for a client that reads slowly, unless its gateway says otherwise.
	maxOutbox = 1 << 20
	// maxInbox is how many bytes of a client's events may wait for their handlers. Reading never
	// stops, since an answer or a pong may stand behind them: a client that sends more is ended.
	maxInbox = 4 << 20
	// closeTimeout is how long an ending socket may take to send what was queued.
	closeTimeout = 5 * time.Second
	// AskTimeout is how long a client may take to answer.
	AskTimeout = 10 * time.Second
)

// Socket is one connected client of a namespace. Its methods may be called from any goroutine.
type Socket struct {
	id   string
	user User
	ns   *Namespace
	link Link

	cancel    context.CancelCauseFunc // the first reason is the cause
	done      func() <-chan struct{}  // of the socket's context
	ending    sync.Once
	finishing sync.WaitGroup // once it ends
	went      atomic.Bool    // the client ended the socket, not the server

	inbox  queue
	outbox queue
	mute   bool                // a write has failed; outbox's own
	due    *due                // in this round of broadcasts, whose own it is
	rooms  map[string]struct{} // guarded by ns.mu

	mu      sync.Mutex
	asked   uint64                  // the id of the next question
	answers map[uint64]chan *Packet // who waits for an answer
}

// ID returns the socket's id, unique for as long as anyone remembers it.
func (s *Socket) ID() string { return s.id }

// User returns who Authenticate said the socket belongs to.
func (s *Socket) User() User { return s.user }

// Emit sends an event to this client.
func (s *Socket) Emit(event string, data any) error {
	p, err := newPacket(KindEvent, event, data)
	if err != nil {
		return err
	}
	return s.send(p)
}

// Broadcast returns everyone else in the namespace.
func (s *Socket) Broadcast() Audience { return s.ns.Everyone().Except(s) }

// Direct returns the sockets with these ids, on whichever server they are.
func (s *Socket) Direct(ids ...string) Audience { return s.ns.Everyone().Sockets(ids...) }

// To returns everyone in the rooms, this socket included.
func (s *Socket) To(rooms ...string) Audience { return s.ns.To(rooms...) }

// Join puts the socket into a room, unless it has ended. A room exists while someone is in it.
func (s *Socket) Join(room string) {
	s.ns.mu.Lock()
	defer s.ns.mu.Unlock()
	if _, in := s.ns.sockets.members[s]; !in { // nobody would take it out of the room again
		return
	}
	if s.rooms == nil {
		s.rooms = make(map[string]struct{})
	}
	s.rooms[room] = struct{}{}
	if s.ns.rooms[room] == nil {
		s.ns.rooms[room] = new(group)
	}
	s.ns.rooms[room].add(s)
}

// Leave takes the socket out of a room.
func (s *Socket) Leave(room string) {
	s.ns.mu.Lock()
	defer s.ns.mu.Unlock()
	if _, in := s.rooms[room]; in {
		s.leave(room)
	}
}

// leave takes the socket out of a room it is in. The namespace's lock is held.
func (s *Socket) leave(room string) {
	delete(s.rooms, room)
	others := s.ns.rooms[room]
	others.remove(s)
	if len(others.members) == 0 {
		delete(s.ns.rooms, room)
	}
}

// Disconnect ends the socket once what was emitted before is sent. Only the first reason counts.
func (s *Socket) Disconnect(why Disconnect) { s.end(why) }

func (s *Socket) end(why Disconnect) {
	s.ending.Do(func() {
		s.cancel(why)
		s.finishing.Go(func() { s.finish(why) })
	})
}

// send sends a packet at once, or in its turn where broadcasts are under way.
func (s *Socket) send(p *Packet) error {
	if s.posted(p) {
		return nil
	}
	return s.push(NewBatch(p))
}

// posted posts a packet behind the broadcasts that are under way, if any are. A socket that has ended hears none
// of them, and who emits to it is told at once.
func (s *Socket) posted(p *Packet) bool {
	s.ns.mu.Lock()
	defer s.ns.mu.Unlock()
	s.ns.awaitRoom()
	_, here := s.ns.sockets.members[s]
	if here && s.ns.delivering {
		s.ns.post(delivery{packet: p, to: []*Socket{s}})
		return true
	}
	return false
}

func (s *Socket) push(batch *Batch) error {
	accepted, open := s.outbox.push(batch)
	switch {
	case !open:
		return ErrClosed
	case !accepted: // its own fault, and not that of who emits
		s.end(TooSlow)
		return ErrClosed
	}
	return nil
}

// write writes one batch. After a failed write nothing can be said any more, but the reader knows
// best how the client went: a write also fails between a client's close frame and the end of its socket.
func (s *Socket) write(batch *Batch) (rest func()) {
	if s.mute {
		return nil
	}
	wait, err := s.link.Send(batch)
	switch {
	case err != nil:
		s.silence()
	case wait != nil:
		return func() {
			if wait() != nil {
				s.silence()
			}
		}
	}
	return nil
}

func (s *Socket) silence() {
	s.mute = true
	time.AfterFunc(closeTimeout, func() { s.end(ConnectionLost) })
}

// finish runs once, when the socket ends.
func (s *Socket) finish(why Disconnect) {
	<-s.ns.delivered()
	if s.outbox.refused() { // also where it was to end in another way: it has not heard all that was emitted before
		why = TooSlow
	}
	sent := s.outbox.close(why == TooSlow)
	if why != TooSlow {
		deadline := time.NewTimer(closeTimeout)
		defer deadline.Stop()
		select {
		case <-sent:
		case <-deadline.C:
		}
	}
	_ = s.link.Close(why) // nobody is left to tell
}

// why returns why the socket has ended, in the words of its protocol.
func (s *Socket) why(ctx context.Context) Disconnect {
	why := AsDisconnect(context.Cause(ctx))
	if protocol, ok := s.link.(Phraser); ok {
		return protocol.Phrase(why)
	}
	return why
}

// ask sends a question and waits for its answer.
func (s *Socket) ask(ctx context.Context, event string, in any) (Payload, error) {
	p, err := newPacket(KindRequest, event, in)
	if err != nil {
		return Payload{}, err
	}
	answer := make(chan *Packet, 1)
	s.mu.Lock()
	p.ID = s.asked
	s.asked++
	if s.answers == nil {
		s.answers = make(map[uint64]chan *Packet)
	}
	s.answers[p.ID] = answer
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.answers, p.ID)
		s.mu.Unlock()
	}()
	if err := s.send(p); err != nil {
		return Payload{}, err
	}
	return s.wait(ctx, answer)
}

func (s *Socket) wait(ctx context.Context, answer <-chan *Packet) (Payload, error) {
	ctx, cancel := context.WithTimeout(ctx, AskTimeout)
	defer cancel()
	select {
	case p := <-answer:
		if p.Err != nil {
			return Payload{}, p.Err
		}
		return p.Payload, nil
	case <-s.done():
		return Payload{}, ErrClosed
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return Payload{}, &Error{Code: "timeout", Message: "the client did not answer in time"}
		}
		return Payload{}, context.Cause(ctx)
	}
}

// answered hands an ack to who waits for it. One that nobody waits for is ignored.
func (s *Socket) answered(p *Packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if answer, ok := s.answers[p.ID]; ok {
		delete(s.answers, p.ID)
		answer <- p
	}
}
