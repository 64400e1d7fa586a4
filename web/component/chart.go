package component

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wslab/web/figures"
	"wslab/web/text"
)

// A Chart is one row of results, to be drawn and told.
type Chart struct {
	ID   string // unique on its page
	What text.Quantity
	Bars []figures.Bar
	most float64 // at the right edge
}

// NewChart draws a row of a part.
func NewChart(part string, row figures.Row, what text.Quantity) Chart {
	c := Chart{ID: part + "-" + row.Name, What: what, Bars: row.Bars}
	for _, b := range row.Bars {
		c.most = max(c.most, b.Max, b.Bound)
	}
	return c
}

const (
	barStep   = 44 // pixels from one bar to the next
	barTop    = 22
	barHeight = 10
)

func (c Chart) height() string { return strconv.Itoa(len(c.Bars)*barStep - 6) }

// top is where the i-th bar's line begins, and so many pixels below.
func top(i, below int) string { return strconv.Itoa(i*barStep + below) }

// across is how far to the right a figure stands.
func (c Chart) across(x float64) string {
	if c.most == 0 {
		return "0%"
	}
	return fmt.Sprintf("%.2f%%", 100*x/c.most)
}

// said is what the chart shows, in words.
func (c Chart) said() string {
	var all []string
	for _, b := range c.Bars {
		all = append(all, b.Name+" "+digits(b.Median))
	}
	return strings.Join(all, ", ")
}

// ours are the bars of the lab's own server.
var ours = []string{"ws", "socket.io", "socket.io, polling"}

func barClass(b figures.Bar) string {
	if slices.Contains(ours, b.Name) {
		return "bar ours"
	}
	return "bar"
}

// digits writes a figure with the digits that mean something.
func digits(x float64) string {
	switch {
	case x == 0 || x >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

func within(b figures.Bar) string { return digits(b.Min) + "–" + digits(b.Max) }
