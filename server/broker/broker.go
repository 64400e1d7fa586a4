// Package broker is what the servers of a cluster share: a log that all of them read in the same
// order, and who is present. It is portable; [Memory] serves several servers of one process, and
// natsbroker serves those of different machines.
package broker

import (
	"context"
	"errors"
	"time"
)

// Window is for how long publishing a message with the same ID again stores nothing, counted from
// when it was stored.
const Window = 2 * time.Minute

// MaxID bounds the ids of members, in bytes.
const MaxID = 512

// Timeout is within what a lost node's members vanish, unless a broker is configured otherwise. It is longer than the
// others may be without a leader (with NATS up to 9 s), so that who moves to another node meanwhile is never gone.
const Timeout = 20 * time.Second

var (
	// ErrTrimmed says that what follows an offset is no longer stored, because the log is bounded or
	// has begun anew. Who hears it has missed messages: it takes [Log.Last], and then the state that
	// the messages lead to from somewhere else.
	ErrTrimmed = errors.New("broker: messages after the offset are no longer stored")
	// ErrTooLarge says that a message can never be stored: it is larger than the broker takes.
	ErrTooLarge = errors.New("broker: message too large")
	// ErrID says that a member cannot have this id: the empty one is the end of what [Presence.Watch]
	// finds, and long ones do not travel.
	ErrID = errors.New("broker: a member's id has 1 to 512 bytes")
)

// Message is what one server tells all of the cluster. Where ID is not "", publishing it again within
// [Window] stores nothing. IDs are compared across all servers.
type Message struct {
	ID   string
	Data []byte
}

// Stored is a message with its place in the log. Offsets begin at 1 and grow; they need not be
// consecutive. Who is given Data must not change it.
type Stored struct {
	Offset uint64
	Data   []byte
}

// Log is an ordered log that all servers of a cluster read in the same order. Its methods may be
// called at the same time.
type Log interface {
	// Publish stores messages in order, possibly with other servers' in between, and returns the
	// offset of the last once the log has them safely (on a majority of the nodes). While the broker
	// cannot be reached it tries again until ctx ends. An error leaves open whether none, some or all
	// are stored; the caller may publish again, with the same IDs, within Window of the first attempt.
	// Of several calls that fail and are repeated, the order is the one in which they succeed.
	Publish(ctx context.Context, messages ...Message) (last uint64, err error)
	// Read calls deliver with every message after the offset (0: from the first), what is stored, then
	// what comes, in order, without gaps or duplicates, across lost connections, until ctx ends or
	// deliver fails; it returns that error. It returns ErrTrimmed if what follows the offset is no
	// longer stored, or the offset lies beyond the newest.
	Read(ctx context.Context, after uint64, deliver func(Stored) error) error
	// Last returns the newest offset, 0 where nothing has been published.
	Last(ctx context.Context) (uint64, error)
}

// Presence is who is in the cluster: a map from member ids to data. Each node sets and deletes its
// own; those of a lost node vanish within [Timeout], and are back as soon as the node is. Where two
// nodes set the same id, the later one counts until it is deleted or its node is lost.
type Presence interface {
	// Set adds or changes a member of this node; an error leaves open whether it did. The id has 1 to
	// MaxID bytes, any.
	Set(ctx context.Context, id string, data []byte) error
	// Delete removes a member of this node; that there is none is no error.
	Delete(ctx context.Context, id string) error
	// Watch calls changed for every member that is there, then with the id "" once, then for every
	// change (deleted: data is nil, otherwise it is not), one at a time, until ctx ends, and returns
	// its error. Of changes to one member that follow each other faster than they are told, only the
	// last may be told. While the broker cannot be reached nothing changes; afterwards what changed
	// meanwhile is told.
	Watch(ctx context.Context, changed func(id string, data []byte)) error
}

// Broker is a node's access to the cluster.
type Broker interface {
	Log
	Presence
}
