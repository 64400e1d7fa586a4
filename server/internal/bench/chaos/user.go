package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/internal/bench/ledger"
	"wslab/wasm/client"
)

// A user is somebody who comes back whenever the connection is lost.
type user struct {
	run     *run
	number  int
	heard   *ledger.Listener // from before the first connection on
	session client.Session
	next    int // the server that is tried next

	// guarded by the run's lock
	conn   *client.Client // nil while there is none
	on     *node          // where it is, or was last
	life   int64          // which of the lives of that server it met
	id     string
	refuse context.CancelCauseFunc // of the request that has no answer yet
}

const (
	dialTimeout = 5 * time.Second
	backoffMin  = 50 * time.Millisecond // doubled each time; about as long is waited
	backoffMax  = time.Second
)

// live is connected, on one server or another, until ctx ends.
func (u *user) live(ctx context.Context) {
	for wait := backoffMin; ctx.Err() == nil; wait = min(2*wait, backoffMax) {
		on := u.run.nodes[u.next]
		life := on.life.Load()
		if conn, err := u.dial(ctx, on); err == nil {
			wait = backoffMin
			u.come(conn, on, life)
			why := u.serve(ctx, conn)
			u.leave(ctx, why)
		}
		u.next = (u.next + 1 + rand.N(servers-1)) % servers
		pause(ctx, wait/2+rand.N(wait))
	}
}

// dial connects to a server, to go on where the user was.
func (u *user) dial(ctx context.Context, to *node) (*client.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	path := "/ws"
	o := client.Options{Auth: map[string]string{"token": chat.Token, "name": fmt.Sprint("User ", u.number)}, Resume: u.session}
	switch u.number % 6 {
	case 2:
		path, o.SocketIO = "/socket.io/", []string{"websocket"}
	case 5:
		path, o.SocketIO = "/socket.io/", []string{"polling", "websocket"}
	}
	return client.Dial(ctx, "ws://"+to.host+path, o)
}

// serve takes what comes on a connection until it ends.
func (u *user) serve(ctx context.Context, conn *client.Client) gateway.Disconnect {
	stop := context.AfterFunc(ctx, func() { _ = conn.Lose() })
	defer stop()
	u.listen(conn)
	why := conn.Run()
	u.session = conn.Session()
	return why
}

// listen takes what is heard into account.
func (u *user) listen(conn *client.Client) {
	client.Listen(conn, chat.Said, func(m chat.Message) {
		p, err := place(m.Text)
		if err == nil {
			err = u.heard.Hear(p)
		}
		if err != nil {
			u.run.note("user %d: %w", u.number, err)
		}
	})
	client.Listen(conn, chat.Joined, func(p chat.Person) { u.rumour(p.Name, "came") })
	client.Listen(conn, chat.Left, func(d chat.Departure) { u.rumour(d.Name, "left: "+d.Reason) })
	client.Listen(conn, gateway.Event[gateway.Exception]("exception"), func(e gateway.Exception) { u.refused(&e.Error) })
}

// come notes that the user is connected.
func (u *user) come(conn *client.Client, on *node, life int64) {
	u.run.mu.Lock()
	defer u.run.mu.Unlock()
	if u.session.PID != "" {
		u.run.tally.resumed++
		if !conn.Recovered() {
			u.run.tally.unrecovered++
		}
	}
	u.conn, u.on, u.life, u.id = conn, on, life, conn.ID()
	u.run.tell()
}

// leave notes that the connection has ended. Only a server that was killed, or cannot take the user yet, may end it.
func (u *user) leave(ctx context.Context, why gateway.Disconnect) {
	u.run.mu.Lock()
	defer u.run.mu.Unlock()
	u.conn = nil
	u.run.tell()
	switch {
	case ctx.Err() != nil:
	case u.on.life.Load() != u.life:
		u.run.tally.lost++
	case why == gateway.TryAgainLater:
		u.run.tally.sentAway++
	default:
		u.run.strange = append(u.run.strange, fmt.Errorf("server %s lives, and has ended the connection of user %d: %w", u.on.name, u.number, why))
	}
}

// rumour notes that the user has heard of another who came or went. While servers are killed, nobody does.
func (u *user) rumour(of, what string) {
	u.run.mu.Lock()
	defer u.run.mu.Unlock()
	if u.run.stayed {
		u.run.rumours[fmt.Sprint(of, " ", what)]++
	}
}
