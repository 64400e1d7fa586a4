package function

import (
	"sync"

	"wslab/server/function/frame"
)

// A window is the room that a socket's packets have on their way to a handler; see [frame.Window].
// One goroutine takes, another gives.
type window struct {
	mu    sync.Mutex
	used  int
	given chan struct{} // there is more room; capacity 1
}

// take waits until cost fits, or until the seat is of no use any more.
func (w *window) take(cost int, t *seat) error {
	for !w.fits(cost) {
		select {
		case <-w.given:
		case <-t.left:
			return errReplaced
		case <-t.in.moving.Done():
			return errReplaced
		case <-t.ended:
			return errReplaced
		}
	}
	return nil
}

func (w *window) fits(cost int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.used+cost > frame.Window {
		return false
	}
	w.used += cost
	return true
}

// give returns room.
func (w *window) give(cost int) {
	w.mu.Lock()
	w.used = max(w.used-cost, 0)
	w.mu.Unlock()
	select {
	case w.given <- struct{}{}:
	default:
	}
}
