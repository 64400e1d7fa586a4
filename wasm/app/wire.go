//go:build js

package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"wslab/server/wire"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// What an inspector keeps at most. It lets go of a part at once, so that this is rare.
const (
	maxEntries = 20_000
	maxKept    = 32 << 20 // bytes of payload
	letGo      = 1_000
)

// An inspector shows what crosses the connections of the page, as the server has recorded it.
type inspector struct {
	words    words
	entries  []wire.Entry // the newest, in the order in which they happened
	rows     []wire.Entry // those of them that the filter lets through
	selected uint64       // the N of the chosen entry, or 0

	filter  filter
	held    []wire.Entry // what came while it was paused
	more    int          // how many came then
	paused  bool
	bytes   int
	began   time.Duration // when the first entry of the log happened
	last    uint64
	missed  int  // entries that made room in the server before the page had read them
	changed bool // since the page was painted

	list     *list
	detail   *detail
	controls *controls
	score    *score
	frame    *dom.Frame
	painted  chan struct{}
}

func newInspector(lesson string, panels []*panel, w words) *inspector {
	i := &inspector{words: w, painted: make(chan struct{}, 1)}
	i.frame = dom.NewFrame(i.paint)
	i.list = newList(i)
	i.detail = newDetail(i)
	i.controls = newControls(i)
	i.score = newScore(lesson, i, w)
	newFaultsForm(panels, w)
	newTabs(dom.ID("wire-views"), func(string) {
		i.changed = true
		i.ask()
	})
	go i.follow(dom.WebSocketURL("/lessons/" + lesson + "/wire"))
	return i
}

// follow reads the log for as long as the page lives.
func (i *inspector) follow(address string) {
	for wait := time.Second; ; wait = min(2*wait, 8*time.Second) {
		if c, err := client.Dial(context.Background(), address, client.Options{}); err == nil {
			wait = time.Second
			go c.Run()
			i.read(c)
			_ = c.Close()
		}
		time.Sleep(wait)
	}
}

// read asks for what has happened, as often as it has shown what it heard.
func (i *inspector) read(c *client.Client) {
	cursor := wire.Cursor{Page: thisPage}
	for {
		batch, err := client.Call(context.Background(), c, wire.Next, cursor)
		if err != nil || len(batch) == 0 {
			return
		}
		cursor.After = batch[len(batch)-1].N
		i.hear(batch)
		i.rest()
	}
}

// unseen is how long to wait for a page that paints nothing, since it cannot be seen.
const unseen = 250 * time.Millisecond

// rest waits until the page has been painted.
func (i *inspector) rest() {
	select {
	case <-i.painted:
	case <-time.After(unseen):
	}
}

// hear takes a batch of the log, which a connection may have heard before. A log that begins otherwise
// is that of a server that has been started anew.
func (i *inspector) hear(batch []wire.Entry) {
	if first := batch[0]; first.N == 1 && first.At != i.began {
		i.forget()
		i.began, i.last, i.missed = first.At, 0, 0
	}
	for len(batch) > 0 && batch[0].N <= i.last {
		batch = batch[1:]
	}
	if len(batch) == 0 {
		return
	}
	if i.last > 0 {
		i.missed += int(batch[0].N - i.last - 1)
	}
	i.last = batch[len(batch)-1].N
	if i.paused {
		i.hold(batch)
	} else {
		i.take(batch)
	}
	i.ask()
}

// hold keeps what comes while the list stands still.
func (i *inspector) hold(batch []wire.Entry) {
	i.more += len(batch)
	i.held = append(i.held, batch...)
	if len(i.held) > maxEntries {
		i.held = append([]wire.Entry(nil), i.held[letGo:]...)
	}
}

// take adds entries to those that are kept, and shows what the filter lets through.
func (i *inspector) take(batch []wire.Entry) {
	for _, e := range batch {
		if i.filter.lets(&e) {
			i.rows = append(i.rows, e)
		}
		i.bytes += weight(&e)
		i.entries = append(i.entries, e)
	}
	for len(i.entries) > maxEntries || i.bytes > maxKept {
		i.drop(min(letGo, len(i.entries)))
	}
	i.changed = true
}

// drop lets go of the n oldest entries.
func (i *inspector) drop(n int) {
	for k := range i.entries[:n] {
		i.bytes -= weight(&i.entries[k])
	}
	i.entries = append([]wire.Entry(nil), i.entries[n:]...) // what is left of the old array is free
	gone := 0
	for gone < len(i.rows) && (len(i.entries) == 0 || i.rows[gone].N < i.entries[0].N) {
		gone++
	}
	i.rows = append([]wire.Entry(nil), i.rows[gone:]...)
	i.list.shift(gone)
}

func weight(e *wire.Entry) int {
	n := 256
	if e.Frame != nil {
		n += len(e.Frame.Payload) + len(e.Frame.Inflated)
	}
	return n
}

// pause makes the list stand still, or go on with what came meanwhile.
func (i *inspector) pause(yes bool) {
	i.paused = yes
	if !yes {
		held := i.held
		i.held, i.more = nil, 0
		i.take(held)
	}
	i.ask()
}

// forget empties the list.
func (i *inspector) forget() {
	i.entries, i.rows, i.held, i.more, i.bytes = nil, nil, nil, 0, 0
	i.changed = true
	i.pick(0)
	i.ask()
}

// sift filters everything anew.
func (i *inspector) sift(f filter) {
	i.filter = f
	i.rows = nil
	for k := range i.entries {
		if f.lets(&i.entries[k]) {
			i.rows = append(i.rows, i.entries[k])
		}
	}
	i.changed = true
	i.list.stale()
	i.ask()
}

// shown are the entries that the filter lets through.
func (i *inspector) shown() []wire.Entry { return i.rows }

// picked is the N of the chosen entry, or 0.
func (i *inspector) picked() uint64 { return i.selected }

// pick chooses an entry by its N, in both views; 0 chooses none.
func (i *inspector) pick(n uint64) {
	i.selected = n
	i.detail.refresh()
	i.score.changed()
	i.ask()
}

// chosen is the chosen entry, or nil where it is not kept any more.
func (i *inspector) chosen() *wire.Entry {
	k, found := slices.BinarySearchFunc(i.entries, i.selected, func(e wire.Entry, n uint64) int { return cmp.Compare(e.N, n) })
	if !found {
		return nil
	}
	return &i.entries[k]
}

// ask asks for the page to be painted.
func (i *inspector) ask() { i.frame.Ask() }

func (i *inspector) paint() {
	i.list.draw()
	i.controls.show()
	if i.changed {
		i.score.changed()
	}
	i.changed = false
	select {
	case i.painted <- struct{}{}:
	default:
	}
}
