package broker

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"wslab/server/broker/internal/roster"
)

// What a Memory keeps until Limit says otherwise.
const (
	DefaultMessages = 100_000
	DefaultBytes    = 64 << 20
)

// Memory is a broker for several servers of one process, for tests and for a cluster of one. It keeps
// the newest messages and forgets everything when the process ends.
type Memory struct {
	mu       sync.Mutex
	messages []Stored
	last     uint64
	bytes    int
	maxCount int
	maxBytes int
	seen     map[string]uint64 // offsets by ID, of the last Window
	expiry   []sighting        // the same, oldest first
	news     chan struct{}     // closed at the next message, cut or restoration

	members  *roster.Roster
	revision uint64
	watchers map[*watcher]bool
}

type sighting struct {
	id string
	at time.Time
}

// NewMemory returns an empty broker.
func NewMemory() *Memory {
	m := &Memory{
		maxCount: DefaultMessages, maxBytes: DefaultBytes,
		seen: map[string]uint64{}, news: make(chan struct{}), watchers: map[*watcher]bool{},
	}
	m.members = roster.New(m.changed)
	return m
}

// Limit bounds what is kept; the oldest goes first, and the newest message always stays.
func (m *Memory) Limit(messages, bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.maxCount, m.maxBytes = max(1, messages), bytes
	m.trim()
}

// Node returns a new node of the cluster; a name is given once.
func (m *Memory) Node(name string) *Node {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.members.Alive(name, true)
	return &Node{memory: m, name: name}
}

// append stores what has not been seen within Window and returns the last message's offset.
func (m *Memory) append(messages []Message) (last uint64) {
	m.forget(time.Now().Add(-Window))
	last = m.last
	for _, message := range messages {
		last = m.store(message)
	}
	m.trim()
	m.tell()
	return last
}

func (m *Memory) store(message Message) uint64 {
	if offset, seen := m.seen[message.ID]; seen && message.ID != "" {
		return offset
	}
	m.last++
	m.bytes += len(message.Data)
	m.messages = append(m.messages, Stored{m.last, slices.Clone(message.Data)})
	if message.ID != "" {
		m.seen[message.ID] = m.last
		m.expiry = append(m.expiry, sighting{message.ID, time.Now()})
	}
	return m.last
}

func (m *Memory) forget(before time.Time) {
	for len(m.expiry) > 0 && m.expiry[0].at.Before(before) {
		delete(m.seen, m.expiry[0].id)
		m.expiry = m.expiry[1:]
	}
}

func (m *Memory) trim() {
	for len(m.messages) > m.maxCount || len(m.messages) > 1 && m.bytes > m.maxBytes {
		m.bytes -= len(m.messages[0].Data)
		m.messages[0] = Stored{} // the array lives on
		m.messages = m.messages[1:]
	}
}

// after returns what follows an offset.
func (m *Memory) after(offset uint64) ([]Stored, error) {
	first := m.last - uint64(len(m.messages)) + 1
	if offset > m.last || offset+1 < first {
		return nil, fmt.Errorf("%w: after %d, stored are %d to %d", ErrTrimmed, offset, first, m.last)
	}
	return m.messages[offset+1-first:], nil
}

// tell wakes everyone who waits for news.
func (m *Memory) tell() {
	close(m.news)
	m.news = make(chan struct{})
}

// await returns with the lock held as soon as ready, or without it when ctx ends.
func (m *Memory) await(ctx context.Context, ready func() bool) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.mu.Lock()
		if ready() {
			return nil
		}
		news := m.news
		m.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
		}
	}
}
