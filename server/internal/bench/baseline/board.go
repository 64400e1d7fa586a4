package baseline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// board keeps events for those who come and ask: what they did before there were WebSockets. Whoever has something to
// say sends it with POST /say; GET /events?after=N tells what came after the N-th event.
type board struct {
	ctx  context.Context
	mu   sync.Mutex
	kept []json.RawMessage
	past int           // events that are no longer kept
	more chan struct{} // closed by the next event
}

const (
	mostKept = 1000 // events; who comes later has missed some
	longPoll = 25 * time.Second
)

// news is the answer to whoever asked.
type news struct {
	Next   int               `json:"next"` // to ask after
	Events []json.RawMessage `json:"events"`
}

func newBoard(ctx context.Context, events func(*board, http.ResponseWriter, *http.Request)) http.Handler {
	b := &board{ctx: ctx, more: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /say", b.say)
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		if admitted(w, r) {
			events(b, w, r)
		}
	})
	return mux
}

func newPolling(ctx context.Context) http.Handler     { return newBoard(ctx, (*board).now) }
func newLongPolling(ctx context.Context) http.Handler { return newBoard(ctx, (*board).soon) }
func newSSE(ctx context.Context) http.Handler         { return newBoard(ctx, (*board).stream) }

func (b *board) say(w http.ResponseWriter, r *http.Request) {
	if !admitted(w, r) {
		return
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil || !json.Valid(text) {
		http.Error(w, "an event is JSON", http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	b.kept = append(b.kept, text)
	if over := len(b.kept) - mostKept; over > 0 {
		b.kept, b.past = b.kept[over:], b.past+over
	}
	close(b.more)
	b.more = make(chan struct{})
	b.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// after is what came after the n-th event, and what closes when there is more.
func (b *board) after(n int) (news, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from := min(max(n-b.past, 0), len(b.kept))
	return news{b.past + len(b.kept), append([]json.RawMessage{}, b.kept[from:]...)}, b.more
}

func asked(r *http.Request) int {
	n, _ := strconv.Atoi(r.URL.Query().Get("after")) // 0 is all
	return n
}

// now answers at once.
func (b *board) now(w http.ResponseWriter, r *http.Request) {
	found, _ := b.after(asked(r))
	answer(w, found)
}

// soon answers once there is something.
func (b *board) soon(w http.ResponseWriter, r *http.Request) {
	found, more := b.after(asked(r))
	if len(found.Events) == 0 {
		timeout := time.NewTimer(longPoll)
		defer timeout.Stop()
		select {
		case <-more:
		case <-timeout.C:
		case <-r.Context().Done():
		case <-b.ctx.Done():
		}
		found, _ = b.after(asked(r))
	}
	answer(w, found)
}

func answer(w http.ResponseWriter, found news) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(found) // who asked may have gone
}

// stream answers for ever, as Server-Sent Events.
func (b *board) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	for at := asked(r); ; {
		found, more := b.after(at)
		for _, event := range found.Events {
			fmt.Fprintf(w, "data: %s\n\n", event)
		}
		if at = found.Next; out.Flush() != nil {
			return
		}
		select {
		case <-more:
		case <-r.Context().Done():
			return
		case <-b.ctx.Done():
			return
		}
	}
}
