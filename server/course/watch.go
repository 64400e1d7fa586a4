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
}

// stamp looks at the Go files of dir. What cannot be read counts as empty: an editor is at work on it.
func stamp(dir string) (s Stamp) {
	names, _ := goFiles(dir)
	sum := sha256.New()
	for _, name := range names {
		path := filepath.Join(dir, name)
		text, _ := os.ReadFile(path)
		fmt.Fprintf(sum, "%q %d\n%s", name, len(text), text)
		if info, err := os.Stat(path); err == nil && info.ModTime().After(s.touched) {
			s.touched = info.ModTime()
		}
	}
	sum.Sum(s.content[:0])
	return s
}

// Watch tells the state of dir's Go files at once, and again whenever their text has changed and is
// at rest: the same at two looks, every apart. Looking at the text finds every kind of save, also those
// by renaming, on every file system. Of states that nobody has received yet only the newest is kept.
// The channel is closed with the end of ctx.
func Watch(ctx context.Context, dir string, every time.Duration) <-chan Stamp {
	states := make(chan Stamp, 1)
	last := stamp(dir)
	states <- last
	go func() {
		defer close(states)
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		before := last
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
			}
			now := stamp(dir)
			if now.content != last.content && now.content == before.content {
				last = now
				replace(states, now)
			}
			before = now
		}
	}()
	return states
}

// replace sends s in the place of a state that nobody has received.
func replace(states chan Stamp, s Stamp) {
	select {
	case <-states:
	default:
	}
	states <- s // there is room: nobody else sends
}

// lookEvery is how often the loop looks for a save.
const lookEvery = 50 * time.Millisecond
