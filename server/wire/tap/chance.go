package tap

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"wslab/server/wire"
)

// An action is what happens to a whole connection, or to one direction of it.
type action string

const (
	nothing action = ""
	fin     action = "fin"
	reset   action = "rst"
	half    action = "half"
	stall   action = "stall"
)

// pieceGap is the time between the pieces of a split frame, so that each is a segment of its own.
const pieceGap = 3 * time.Millisecond

// chance decides what happens to the frames of one direction, by a plan and a seed alone.
type chance struct {
	seed   uint64
	plan   wire.Plan
	up     bool
	frames int // data frames so far

	free time.Time // when the link has sent what is before
	due  time.Time // when the last piece arrives
}

func newChance(f wire.Faults, up bool) chance {
	c := chance{seed: f.Seed, plan: f.Down, up: up}
	if up {
		c.plan = f.Up
	}
	return c
}

// meet returns what is left of a frame that is sent now, in the pieces in which it arrives. A header of
// size 0 belongs to a part of a frame that is too long to be cut out.
func (c *chance) meet(bytes []byte, h wire.Header, now time.Time) []piece {
	dice := rand.New(rand.NewPCG(c.seed, uint64(c.frames)<<1|uint64(bit(c.up))))
	jitter := time.Duration(dice.Float64() * float64(c.plan.Jitter))
	if h.Size == 0 || h.Opcode.Control() {
		return c.pieces(nil, [][]byte{bytes}, bytes, jitter, now)
	}
	c.frames++
	var tags []string
	drop, double, split, mask := dice.Float64() < c.plan.Drop, dice.Float64() < c.plan.Double, dice.Float64() < c.plan.Split, dice.Float64() < c.plan.Mask
	if mask {
		bytes = c.remask(bytes, h, dice.Uint32())
		tags = append(tags, "mask")
	}
	parts := [][]byte{bytes}
	if split {
		parts = cutUp(bytes, dice)
		tags = append(tags, fmt.Sprintf("split=%d", len(parts)))
	}
	var all []piece
	switch {
	case drop:
		all = c.pieces([]string{"drop"}, [][]byte{nil}, bytes, jitter, now)
	case double:
		all = c.pieces(tags, parts, bytes, jitter, now)
		all = append(all, c.pieces(append(slices.Clone(tags), "double"), parts, bytes, 0, now)...)
	default:
		all = c.pieces(tags, parts, bytes, jitter, now)
	}
	all[0].before = c.before()
	return all
}

// pieces says when the parts of a frame arrive, and what of it is recorded.
func (c *chance) pieces(tags []string, parts [][]byte, record []byte, jitter time.Duration, now time.Time) []piece {
	if late := c.plan.Delay + jitter; late > 0 {
		tags = append(slices.Clone(tags), "delay="+late.Round(time.Millisecond).String())
	}
	var all []piece
	for i, part := range parts {
		if c.free.Before(now) {
			c.free = now
		}
		if c.plan.Rate > 0 {
			c.free = c.free.Add(time.Duration(len(part)) * time.Second / time.Duration(c.plan.Rate))
		}
		arrives := c.free.Add(c.plan.Delay + jitter)
		if i > 0 {
			arrives = c.due.Add(pieceGap)
		}
		if arrives.After(c.due) { // bytes never overtake
			c.due = arrives
		}
		p := piece{bytes: part, due: c.due}
		if i == 0 {
			p.record, p.tags = record, tags
		}
		all = append(all, p)
	}
	return all
}

// before is what happens to the connection instead of, or before, the frame that has just been counted.
func (c *chance) before() action {
	switch c.frames - 1 {
	case 0:
		return nothing // so many is at least one
	case c.plan.Fin:
		return fin
	case c.plan.Reset:
		return reset
	case c.plan.Half:
		return half
	case c.plan.Stall:
		return stall
	}
	return nothing
}

// remask gives a frame another mask than the one that its payload is masked with.
func (c *chance) remask(bytes []byte, h wire.Header, key uint32) []byte {
	wrong := h
	if h.Masked {
		wrong.Key ^= key | 1
	} else {
		wrong.Masked, wrong.Key, wrong.Size = true, key|1, h.Size+4
	}
	return append(wrong.Append(nil), bytes[h.Size:]...)
}

// cutUp cuts a frame into two to four parts, the first of which often ends inside the header.
func cutUp(bytes []byte, dice *rand.Rand) (parts [][]byte) {
	for n := 1 + dice.IntN(3); n > 0 && len(bytes) > 1; n-- {
		at := 1 + dice.IntN(min(len(bytes)-1, 8))
		if len(parts) > 0 {
			at = 1 + dice.IntN(len(bytes)-1)
		}
		parts, bytes = append(parts, bytes[:at]), bytes[at:]
	}
	return append(parts, bytes)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
