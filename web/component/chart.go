package component

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"wslab/web/figures"
	"wslab/web/text"
)

// A Chart is one row of results, to be drawn and told.
type Chart struct {
	ID    string // unique on its page
	What  text.Quantity
	Bars  []figures.Bar
	most  float64 // at the right edge
	whole bool    // all figures are numbers of something
}

// NewChart draws a row of a part.
func NewChart(part string, row figures.Row, what text.Quantity) Chart {
	c := Chart{ID: part + "-" + row.Name, What: what, Bars: row.Bars, whole: true}
	for _, b := range row.Bars {
		c.most = max(c.most, b.Max, b.Bound)
		for _, x := range []float64{b.Median, b.Min, b.Max} {
			c.whole = c.whole && x == math.Trunc(x)
		}
	}
	return c
}

// judged reports whether there are goals.
func (c Chart) judged() bool {
	return slices.ContainsFunc(c.Bars, func(b figures.Bar) bool { return b.Goal != "" })
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
		all = append(all, b.Name+" "+c.digits(b.Median))
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
func (c Chart) digits(x float64) string {
	switch {
	case c.whole || x == 0 || x >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

func (c Chart) within(b figures.Bar) string { return c.digits(b.Min) + "–" + c.digits(b.Max) }

// MeasuredOn says when and on which machine a row was measured, in the words of a text with blanks for them.
func MeasuredOn(words string, row figures.Row) string {
	return strings.NewReplacer(
		"{when}", row.At.Format("2006-01-02 15:04 MST"), "{machine}", row.Machine, "{cores}", strconv.Itoa(row.Cores), "{go}", row.Go,
	).Replace(words)
}
