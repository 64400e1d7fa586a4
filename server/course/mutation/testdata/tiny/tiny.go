package tiny

import "errors"

var errFull = errors.New("full")

type box struct {
	n    int
	open bool
}

func (b *box) put(n int) error {
	if b.n+n > 10 && !b.open {
		return errFull
	}
	for range n {
		b.n++
	}
	b.open = true
	switch {
	case b.full():
		b.open = false
		b.close()
	default:
		b.close()
	}
	return nil
}

func (b *box) full() bool { return b.n == 10 }

func (b *box) close() {
	if b.full() {
		b.n = 0
	} else {
		defer b.full()
	}
}
