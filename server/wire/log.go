package wire

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Bounds of a log: the oldest entries make room for new ones.
const (
	maxEntries = 10_000
	maxBytes   = 8 << 20
)

// A Log holds the newest entries of some connections, in the order in which they happened.
type Log struct {
	mu      sync.Mutex
	begun   time.Time
	entries []Entry
	bytes   int
	last    uint64
	conns   uint32
	more    chan struct{} // closed when there is more; nil where nobody waits
	waiting int           // who waits for more
}

// NewLog returns an empty log, which begins now.
func NewLog() *Log { return &Log{begun: time.Now()} }

// Connection returns the number of a connection that begins.
func (l *Log) Connection() uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns++
	return l.conns
}

// Add adds an entry, which gets its number and its time. What it refers to must not change any more.
func (l *Log) Add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	e.N, e.At = l.last, time.Since(l.begun)
	l.entries = append(l.entries, e)
	l.bytes += e.size()
	for len(l.entries) > maxEntries || l.bytes > maxBytes && len(l.entries) > 1 {
		l.bytes -= l.entries[0].size()
		l.entries[0] = Entry{}
		l.entries = l.entries[1:]
	}
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// After waits until there are entries after number n, and returns at most limit of them. Where the
// first is not n+1, those between have made room.
func (l *Log) After(ctx context.Context, n uint64, limit int) ([]Entry, error) {
	for {
		entries, more := l.after(n, limit)
		if len(entries) > 0 {
			return entries, nil
		}
		l.wait(1)
		select {
		case <-more:
			l.wait(-1)
		case <-ctx.Done():
			l.wait(-1)
			return nil, context.Cause(ctx)
		}
	}
}

func (l *Log) wait(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting += n
}

// Watched reports whether somebody waits for more.
func (l *Log) Watched() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting > 0
}

func (l *Log) after(n uint64, limit int) ([]Entry, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < l.last {
		first := l.last - uint64(len(l.entries)) // the number before the oldest
		from := int(max(n, first) - first)
		return slices.Clone(l.entries[from:min(from+limit, len(l.entries))]), nil
	}
	if l.more == nil {
		l.more = make(chan struct{})
	}
	return nil, l.more
}
