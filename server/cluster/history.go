package cluster

import (
	"slices"

	"wslab/server/gateway"
)

// A history is the broadcasts that were delivered last, and the keys of those.
type history struct {
	from  uint64 // what comes after this offset is known
	kept  []*gateway.Broadcast
	bytes int
	keys  map[string]struct{} // of kept ones
}

// begin says that what is added comes from this offset on.
func (h *history) begin(first uint64) { h.from = first - 1 }

// add keeps a broadcast, unless it has the key of one that is kept. All servers read the same log, and so agree.
func (h *history) add(b *gateway.Broadcast) (fresh bool) {
	if b.Key != "" {
		if _, known := h.keys[b.Key]; known {
			return false
		}
		if h.keys == nil {
			h.keys = make(map[string]struct{})
		}
		h.keys[b.Key] = struct{}{}
	}
	h.kept = append(h.kept, b)
	h.bytes += sizeOf(b)
	for len(h.kept) > keep || h.bytes > keepBytes && len(h.kept) > 1 {
		h.forget()
	}
	return true
}

func (h *history) forget() {
	oldest := h.kept[0]
	h.kept[0] = nil // the array lives on
	h.kept = h.kept[1:]
	h.bytes -= sizeOf(oldest)
	h.from = oldest.Offset
	if oldest.Key != "" {
		delete(h.keys, oldest.Key)
	}
}

// since returns what was added after an offset.
func (h *history) since(offset uint64) ([]*gateway.Broadcast, bool) {
	if offset < h.from {
		return nil, false
	}
	at := len(h.kept)
	for at > 0 && h.kept[at-1].Offset > offset {
		at--
	}
	return slices.Clone(h.kept[at:]), true
}

// last returns the offset up to which everything was added.
func (h *history) last() uint64 {
	if len(h.kept) == 0 {
		return h.from
	}
	return h.kept[len(h.kept)-1].Offset
}
