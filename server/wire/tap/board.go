package tap

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"wslab/server/wire"
)

const (
	// maxPages is how many pages a board remembers. Beyond that, further ones are not recorded.
	maxPages = 64
	// maxName is the longest name of a page or a client, in bytes.
	maxName = 64
	// absence is how long a page is remembered that does not ask and has no connection.
	absence = time.Minute
)

// A Board keeps the lines of one gateway. Each page sees its own, and those of clients without a page,
// such as a program at the command line. The zero Board is empty and usable.
type Board struct {
	// Records says that pages ask for what is recorded. Else there are only faults.
	Records bool
	// Others is how many clients without a page are recorded at a time.
	Others int

	mu       sync.Mutex
	pages    map[string]*page
	sessions map[string]*session // that poll, by their ids
	others   int
	last     int // the number of the last client without a page
}

// A page is somebody who watches.
type page struct {
	log   *wire.Log
	asked time.Time
	lines map[string]*Line // the newest of each client
}

// Log returns the log of a page, which begins when it is first asked for.
func (b *Board) Log(id string) *wire.Log {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.page(id).log
}

// page returns a page. Where there are too many, it is a new one that nobody else will find.
func (b *Board) page(id string) *page {
	b.forget()
	p, known := b.pages[id]
	if !known {
		p = &page{log: wire.NewLog(), lines: make(map[string]*Line)}
		if len(b.pages) < maxPages {
			if b.pages == nil {
				b.pages = make(map[string]*page)
			}
			b.pages[id] = p
		}
	}
	p.asked = time.Now()
	return p
}

// forget forgets the pages that are gone.
func (b *Board) forget() {
	for id, p := range b.pages {
		if len(p.lines) == 0 && !p.log.Watched() && time.Since(p.asked) > absence {
			delete(b.pages, id)
		}
	}
}

// Line returns the line that a client of a page has now, or nil.
func (b *Board) Line(id, client string) *Line {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, known := b.pages[id]; known {
		return p.lines[client]
	}
	return nil
}

// Serve answers a request with next and records it: for the page that its query names, as the client
// that it names, with the faults that it asks for; or, where it names none, for all pages. Where nobody
// watches nothing is recorded.
func (b *Board) Serve(w http.ResponseWriter, r *http.Request, describe Describe, next http.Handler) {
	b.serve(w, r, &Line{Describe: describe}, next)
}

func (b *Board) serve(w http.ResponseWriter, r *http.Request, line *Line, next http.Handler) {
	query := r.URL.Query()
	page := query.Get("page")
	line.Client = query.Get("as")
	var err error
	if line.faults, err = wire.ParseFaults(query.Get("faults")); err == nil && max(len(page), len(line.Client)) > maxName {
		err = fmt.Errorf("the names of page and client have at most %d bytes", maxName)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	done := b.add(page, line)
	switch {
	case done == nil:
		next.ServeHTTP(w, r)
	case line.polled && len(line.Logs) > 0:
		b.begin(w, r, line, done, next)
	case line.polled: // of requests there are no faults
		done()
		next.ServeHTTP(w, r)
	default:
		defer done()
		line.Serve(w, r, next)
	}
}

// add gives the line its logs. It returns what takes it away again, or nil where nobody watches and
// nothing is to happen to it.
func (b *Board) add(id string, l *Line) (remove func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if id == "" {
		return b.addOther(l)
	}
	p := b.page(id)
	if b.Records {
		l.Logs = []*wire.Log{p.log}
	}
	p.lines[l.Client] = l
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if p.lines[l.Client] == l {
			delete(p.lines, l.Client)
		}
	}
}

// addOther adds the line of a client without a page.
func (b *Board) addOther(l *Line) (remove func()) {
	if l.takes != nil { // it is the same client
		was := l.takes.line
		l.Client, l.Logs, l.stranger = was.Client, was.Logs, was.stranger
		return func() {}
	}
	b.forget()
	if len(b.pages) == 0 || b.others >= b.Others {
		if l.faults != (wire.Faults{}) {
			return func() {}
		}
		return nil
	}
	l.stranger = true
	b.others++
	b.last++
	l.Client = fmt.Sprint("other ", b.last)
	for _, p := range b.pages {
		l.Logs = append(l.Logs, p.log)
	}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.others--
	}
}

// Worsen serves what a page asks to be done to the connection of one of its clients, both in the path. In
// the form are either faults, as [wire.ParseFaults] reads them, or cut, which is fin or rst.
func (b *Board) Worsen(w http.ResponseWriter, r *http.Request) {
	line := b.Line(r.PathValue("page"), r.PathValue("client"))
	faults, err := wire.ParseFaults(r.PostFormValue("faults"))
	cut := r.PostFormValue("cut")
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case cut != "" && cut != string(fin) && cut != string(reset):
		http.Error(w, fmt.Sprintf("cut=%.20q: say fin or rst", cut), http.StatusBadRequest)
	case line == nil || cut != "" && !line.Cut(cut == string(reset)):
		http.Error(w, "there is no such connection (any more)", http.StatusNotFound)
	default:
		if cut == "" {
			line.SetFaults(faults)
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
