package gateway

import "slices"

// A delivery is one packet on its way to some sockets.
type delivery struct {
	packet *Packet
	to     []*Socket
	except []*Socket
	then   func() // in place of a packet: called when all before it is delivered
}

// maxPosted is how many bytes may wait for a round before who emits waits, too.
const maxPosted = 1 << 20

// awaitRoom has who emits wait for a round where that much is posted. It is soon: a round waits for no client. The
// lock is held, but while it waits.
func (n *Namespace) awaitRoom() {
	for n.postedBytes > maxPosted {
		n.taken.Wait()
	}
}

// post puts a delivery in its turn. The lock is held.
//
// Who emits does not deliver: what is posted while one round of writes is under way is the next round, and
// costs each socket one write however many packets it is. That adapts by itself, and delays nothing.
func (n *Namespace) post(d delivery) {
	if d.packet != nil {
		n.postedBytes += d.packet.Size()
	}
	n.posted = append(n.posted, d)
	if !n.delivering {
		n.delivering = true
		go n.deliver()
	}
}

// deliver delivers what is posted, round by round, until nothing is. It never waits for a client.
func (n *Namespace) deliver() {
	for {
		n.mu.Lock()
		round := n.posted
		n.posted, n.postedBytes = nil, 0
		n.taken.Broadcast()
		n.delivering = len(round) > 0
		n.mu.Unlock()
		if len(round) == 0 {
			return
		}
		deliverRound(round)
	}
}

// deliverRound joins what each socket is due, and sends it.
func deliverRound(round []delivery) {
	var nothing due
	var sockets []*Socket
	for _, d := range round {
		for _, s := range d.to {
			if slices.Contains(d.except, s) {
				continue
			}
			if s.due == nil {
				s.due = &nothing
				sockets = append(sockets, s)
			}
			s.due = s.due.and(d.packet)
		}
	}
	for _, s := range sockets {
		_ = s.push(s.due.batch()) // a slow socket ends itself
		s.due = nil
	}
	for _, d := range round {
		if d.then != nil {
			d.then()
		}
	}
}

// A due is what sockets are due in one round: a packet, and what they were due before. All that are due the
// same, as most are, share it.
type due struct {
	before *due
	packet *Packet
	next   *due // the newest that continues it
	joined *Batch
}

func (d *due) and(p *Packet) *due {
	if d.next == nil || d.next.packet != p {
		d.next = &due{before: d, packet: p}
	}
	return d.next
}

func (d *due) batch() *Batch {
	if d.joined == nil {
		d.joined = new(Batch)
		for at := d; at.before != nil; at = at.before {
			d.joined.Packets = append(d.joined.Packets, at.packet)
		}
		slices.Reverse(d.joined.Packets)
	}
	return d.joined
}

// delivered returns a channel that is closed when all that was emitted before is in its sockets' queues.
func (n *Namespace) delivered() <-chan struct{} {
	done := make(chan struct{})
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.delivering {
		n.post(delivery{then: func() { close(done) }})
	} else {
		close(done)
	}
	return done
}
