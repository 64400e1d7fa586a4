package gateway

import "slices"

// A delivery is one packet on its way to some sockets.
type delivery struct {
	packet *Packet
	to     []*Socket
	except []*Socket
	then   func() // in place of a packet: called when all before it is delivered
}

// post puts a delivery in its turn. The lock is held.
//
// Who emits does not deliver: what is posted while one round of writes is under way is the next round, and
// costs each socket one write however many packets it is. That adapts by itself, and delays nothing.
func (n *Namespace) post(d delivery) {
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
		n.posted = nil
		n.delivering = len(round) > 0
		n.mu.Unlock()
		if len(round) == 0 {
			return
		}
		deliverRound(round)
	}
}

// deliverRound joins what each socket is due. Sockets that are due the same, as most are, share a batch.
func deliverRound(round []delivery) {
	var due []*Socket
	for _, d := range round {
		for _, s := range d.to {
			if slices.Contains(d.except, s) {
				continue
			}
			if len(s.due) == 0 {
				due = append(due, s)
			}
			s.due = append(s.due, d.packet)
		}
	}
	var batch *Batch
	for _, s := range due {
		if batch == nil || !slices.Equal(batch.Packets, s.due) {
			batch = NewBatch(slices.Clone(s.due)...)
		}
		s.due = emptied(s.due)
		_ = s.push(batch) // a slow socket ends itself
	}
	for _, d := range round {
		if d.then != nil {
			d.then()
		}
	}
}

// emptied keeps a short slice for the next round, and leaves a long one to the garbage collector.
func emptied(due []*Packet) []*Packet {
	if cap(due) > 8 {
		return nil
	}
	clear(due)
	return due[:0]
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
