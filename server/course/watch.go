package course

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A Stamp tells one state of a folder's Go files from another.
type Stamp struct {
	content [sha256.Size]byte
	touched time.Time // the newest modification: a file may change and change back
	hollow  bool      // there is no file, or an empty one: most likely an editor is at work
}

// stamp looks at the Go files of dir. What cannot be read counts as empty.
func stamp(dir string) (s Stamp) {
	names, _ := goFiles(dir)
	s.hollow = len(names) == 0
	sum := sha256.New()
	for _, name := range names {
		path := filepath.Join(dir, name)
		text, _ := os.ReadFile(path)
		s.hollow = s.hollow || len(text) == 0
		fmt.Fprintf(sum, "%q %d\n%s", name, len(text), text)
		if info, err := os.Stat(path); err == nil && info.ModTime().After(s.touched) {
			s.touched = info.ModTime()
		}
	}
	sum.Sum(s.content[:0])
	return s
}

// Watch tells the state of dir's Go files at once, and again whenever their text has changed and is at
// rest. Of states that nobody has received yet only the newest is kept. The channel is closed with the
// end of ctx.
func Watch(ctx context.Context, dir string) <-chan Stamp {
	return watcher{dir: dir, stirrings: stirrings, rest: 25 * time.Millisecond, hollow: 250 * time.Millisecond, every: time.Second}.watch(ctx)
}

// A watcher looks at a folder when it is said to stir, and now and then in any case: some file systems
// say nothing. What it finds there decides, so that every kind of save is seen, also those by renaming,
// and one that changes nothing is none.
type watcher struct {
	dir string
	// stirrings starts to say when something may have changed in a folder, until its context ends.
	stirrings func(ctx context.Context, dir string) <-chan struct{}

	rest   time.Duration // how long a text must be the same to be at rest
	hollow time.Duration // the same where a file is missing or empty, as it is in the middle of many a save
	every  time.Duration // how often to look where nothing stirs
}

func (w watcher) watch(ctx context.Context) <-chan Stamp {
	stirs := w.stirrings(ctx, w.dir) // before the first look, or what changes between them is seen late
	states := make(chan Stamp, 1)
	told := stamp(w.dir)
	states <- told
	go func() {
		defer close(states)
		w.follow(ctx, stirs, states, told)
	}()
	return states
}

func (w watcher) follow(ctx context.Context, stirs <-chan struct{}, states chan Stamp, told Stamp) {
	ticks := time.NewTicker(w.every)
	defer ticks.Stop()
	rested := time.NewTimer(w.every)
	defer rested.Stop()
	seen := told
	for {
		ripe := false
		select {
		case <-ctx.Done():
			return
		case <-stirs:
		case <-ticks.C:
		case <-rested.C:
			ripe = true
		}
		now := stamp(w.dir)
		switch {
		case now.content == told.content:
		case now.content != seen.content:
			rested.Reset(w.restOf(now))
		case ripe:
			told = now
			replace(states, now)
		}
		seen = now
	}
}

func (w watcher) restOf(s Stamp) time.Duration {
	if s.hollow {
		return w.hollow
	}
	return w.rest
}

// replace sends s in the place of a state that nobody has received.
func replace(states chan Stamp, s Stamp) {
	select {
	case <-states:
	default:
	}
	states <- s // there is room: nobody else sends
}
