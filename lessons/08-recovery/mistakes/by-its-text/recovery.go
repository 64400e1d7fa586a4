//go:build mistake

// Two lines with one text are taken for one line.
//
// Rejected by TestTheSameTextUnderAnotherKeyIsAnotherLine: "Ana says it twice"
package recovery

import (
	"context"
	"crypto/rand"
	"slices"

	"wslab/server/gateway"
)

// After returns what came after message n, and n; or all that is kept, and the number before it, where that is less.
func (l *Log) After(n int) (from int, missed []Message) {
	oldest := l.newest - len(l.kept)
	if n < oldest || n > l.newest {
		n = oldest
	}
	return n, l.kept[n-oldest:]
}

// Append numbers a message and keeps it, unless its sender, who has heard all up to heard, has said it since.
func (l *Log) Append(heard int, m Message) (n int, again bool, err error) {
	if from, _ := l.After(heard); from != heard {
		return 0, false, errTooLate
	}
	for _, old := range l.kept {
		if old.Text == m.Text && old.From == m.From {
			return old.N, true, nil
		}
	}
	l.newest++
	m.N = l.newest
	l.kept = append(l.kept, m)
	l.kept = l.kept[max(0, len(l.kept)-Kept):]
	return m.N, false, nil
}

// resume tells a client what it has missed, and from now on all that is said.
func (c *Chat) resume(_ context.Context, socket *gateway.Socket, at Position) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	socket.Join(room)
	return c.replay(socket, at.Heard)
}

// Take tells whether message n is the next one, or whether there is a gap before it. Else it was heard before.
func (i *Inbox) Take(n int) (next, gap bool) {
	next, gap = n == i.Heard+1, n > i.Heard+1
	if next {
		i.Heard = n
	}
	return next, gap
}

// Keep keeps a text until it is acknowledged, under a key that nothing else has.
func (o *Outbox) Keep(text string) { *o = append(*o, Line{Key: rand.Text(), Text: text}) }

// Acknowledge forgets the line with that key.
func (o *Outbox) Acknowledge(key string) {
	*o = slices.DeleteFunc(*o, func(l Line) bool { return l.Key == key })
}
