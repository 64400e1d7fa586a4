package recovery

import (
	"context"

	"wslab/server/gateway"
)

// After returns what came after message n, and n; or all that is kept, and the number before it, where that is less.
func (l *Log) After(n int) (from int, missed []Message) {
	// TODO 1: from is n, and missed what the log has after n. Where it does not have all of that, or has never got as
	// far as n, missed is all that it has, and from the number before.
	return n, nil
}

// Append numbers a message and keeps it, unless its sender, who has heard all up to heard, has said it since.
func (l *Log) Append(heard int, m Message) (n int, again bool, err error) {
	// TODO 2: where After tells that something after heard is forgotten, return errTooLate. Where a message that is
	// kept has the same key and the same sender, return its number, and true. Else keep m under its number, and of
	// all messages the newest, as many as Kept.
	l.newest++
	return l.newest, false, nil
}

// resume tells a client what it has missed, and from now on all that is said.
func (c *Chat) resume(_ context.Context, socket *gateway.Socket, at Position) error {
	// TODO 3: put the socket into the room, and replay what came after at.Heard. Nothing may be said in between.
	return nil
}

// Take tells whether message n is the next one, or whether there is a gap before it. Else it was heard before.
func (i *Inbox) Take(n int) (next, gap bool) {
	// TODO 4: compare n with i.Heard, and note what is heard now.
	return true, false
}

// Keep keeps a text until it is acknowledged, under a key that nothing else has.
func (o *Outbox) Keep(text string) {
	// TODO 5: put a line at the end, with a key that no other line has, of no client.
}

// Acknowledge forgets the line with that key.
func (o *Outbox) Acknowledge(key string) {
	// TODO 6: the others stay, in their order.
}
