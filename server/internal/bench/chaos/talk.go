package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/internal/bench/ledger"
	"wslab/wasm/client"
)

// say asks that everyone hears something; the answer tells that they will.
const say = gateway.Request[chat.Line, any]("message")

// answered is how long a request may take on a connection that lives: longer than a server waits before it refuses.
const answered = 15 * time.Second

var errUnanswered = fmt.Errorf("a request had no answer for %v", answered)

// talk has a user say something now and then, and what was said until it is acknowledged, which ends with ctx.
func (u *user) talk(talking, ctx context.Context) {
	pause(talking, pace*time.Duration(u.number)/talkers)
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for talking.Err() == nil {
		u.insist(ctx, u.run.ledger.Say(u.number))
		select {
		case <-tick.C:
		case <-talking.Done():
		}
	}
}

// insist says a message until it is acknowledged or ctx ends. Its key is always the same.
func (u *user) insist(ctx context.Context, p ledger.Place) {
	line := chat.Line{Text: text(p), Key: strconv.FormatInt(p.Seq, 10)}
	began := time.Now()
	for conn := u.connection(ctx, nil); conn != nil; conn = u.after(ctx, conn) {
		err := u.ask(ctx, conn, line)
		if err == nil {
			u.run.ledger.Ack(p)
			u.run.acked(u, began)
			return
		}
		u.again(ctx, err)
	}
}

// again notes why a request has to be repeated.
func (u *user) again(ctx context.Context, err error) {
	var refusal *gateway.Error
	switch {
	case ctx.Err() != nil:
	case errors.As(err, &refusal) && refusal.Code == "unavailable":
		u.run.count(func(t *tally) { t.refused++ })
	case errors.As(err, &refusal), errors.Is(err, errUnanswered):
		u.run.note("user %d: %w", u.number, err)
	default: // the connection is lost
		u.run.count(func(t *tally) { t.repeated++ })
	}
}

// ask says a line once. In Socket.IO a refusal is an event of its own.
func (u *user) ask(ctx context.Context, conn *client.Client, line chat.Line) error {
	ctx, stop := context.WithTimeoutCause(ctx, answered, errUnanswered)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	u.run.mu.Lock()
	u.refuse = cancel
	u.run.mu.Unlock()
	_, err := client.Call(ctx, conn, say, line)
	return err
}

// refused ends the request that waits.
func (u *user) refused(why *gateway.Error) {
	u.run.mu.Lock()
	defer u.run.mu.Unlock()
	if u.refuse != nil {
		u.refuse(why)
	}
}

// after returns the connection on which a request is repeated after some milliseconds: the same, unless it is over.
func (u *user) after(ctx context.Context, conn *client.Client) *client.Client {
	pause(ctx, backoffMin/2+rand.N(backoffMin))
	select {
	case <-conn.Done():
		return u.connection(ctx, conn)
	default:
		return u.connection(ctx, nil)
	}
}

// connection waits for one that is not over; it is nil once ctx has ended.
func (u *user) connection(ctx context.Context, over *client.Client) (conn *client.Client) {
	for {
		u.run.mu.Lock()
		conn, changed := u.conn, u.run.changed
		u.run.mu.Unlock()
		if conn != nil && conn != over && ctx.Err() == nil {
			return conn
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// text is what a message says.
func text(p ledger.Place) string { return fmt.Sprintf("%d says %d", p.Sender, p.Seq) }

// place reads which message a text is.
func place(text string) (p ledger.Place, err error) {
	if _, err = fmt.Sscanf(text, "%d says %d", &p.Sender, &p.Seq); err != nil {
		err = fmt.Errorf("a message that nobody sent: %.80q", text)
	}
	return p, err
}
