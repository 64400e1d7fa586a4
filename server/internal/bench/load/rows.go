package load

import (
	"fmt"
	"slices"
	"strings"
)

// A row is one kind of work. What measures it may find several figures at once, one for each of its parts.
type row struct {
	name    string // for --only server:NAME
	parts   []part
	measure func(t trial) ([]float64, error)
}

// A part is one figure, with the goal of the lab's server.
type part struct {
	name, what, unit string
	goal             goal
}

// A goal is the most that something may take: so many times what the limit takes in the same run, or an amount.
type goal struct {
	ofLimit float64
	most    float64
	is      bool
}

func ofLimit(times float64) goal { return goal{ofLimit: times, is: true} }
func most(amount float64) goal   { return goal{most: amount, is: true} }

const (
	perDelivery = "µs CPU / delivery"
	perTrip     = "µs CPU / round trip"
	perConnect  = "µs CPU / connect"
	perIdle     = "KiB / connection"
)

// audiences are how many clients are asked whether a delivery costs as much in a large crowd as in a small one.
var audiences = []int{500, 1000, 2000, 4000}

var rows = []row{
	one("fanout100", "fan-out to 100 clients, one message under way", perDelivery, ofLimit(1.1),
		func(t trial) (float64, error) { return t.fanOut(100, 1) }),
	one("fanout1000", "fan-out to 1000 clients, one message under way", perDelivery, ofLimit(1.1),
		func(t trial) (float64, error) { return t.fanOut(1000, 1) }),
	one("talk", "1000 clients, 16 of them talking", perDelivery, ofLimit(1.3),
		func(t trial) (float64, error) { return t.talk(1000, 16) }),
	one("bursts", "fan-out to 1000 clients, 64 messages under way", perDelivery, ofLimit(1.5),
		func(t trial) (float64, error) { return t.fanOut(1000, 64) }),
	growth(),
	one("echo", "request and answer, 64 clients", perTrip, ofLimit(1.1),
		func(t trial) (float64, error) { return t.ask(64) }),
	one("connect", "connect with a token", perConnect, ofLimit(1.1),
		func(t trial) (float64, error) { return t.connect(2000) }),
	one("idle", "10,000 idle connections", perIdle, most(9),
		func(t trial) (float64, error) { return t.idle(10_000) }),
	{
		name: "stalled",
		parts: []part{
			{"stalled-lost", "one client does not read 20 MB: others lose", "messages", most(0)},
			{"stalled-memory", "one client does not read 20 MB: memory grows", "MiB", most(6)},
		},
		measure: func(t trial) ([]float64, error) {
			lost, grown, err := t.stalled()
			return []float64{lost, grown}, err
		},
	},
}

func one(name, what, unit string, g goal, measure func(t trial) (float64, error)) row {
	return row{name, []part{{name, what, unit, g}}, func(t trial) ([]float64, error) {
		figure, err := measure(t)
		return []float64{figure}, err
	}}
}

// growth compares what a delivery costs in crowds of several sizes.
func growth() row {
	r := row{name: "growth"}
	for _, n := range audiences {
		r.parts = append(r.parts, part{fmt.Sprintf("growth-%d", n), fmt.Sprintf("fan-out to %d clients", n), perDelivery, goal{}})
	}
	what := fmt.Sprintf("a delivery to %d clients beside one to %d", audiences[len(audiences)-1], audiences[0])
	r.parts = append(r.parts, part{"growth", what, "×", most(1.3)})
	r.measure = func(t trial) (all []float64, err error) {
		for _, n := range audiences {
			cost, err := t.fanOut(n, 1)
			if err != nil {
				return nil, fmt.Errorf("%d clients: %w", n, err)
			}
			all = append(all, cost)
		}
		return append(all, all[len(all)-1]/all[0]), nil
	}
	return r
}

// Rows lists the names that a [Bench] measures.
func Rows() (names []string) {
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}

// Figures lists the names of what the rows find.
func Figures() (names []string) {
	for _, r := range rows {
		for _, p := range r.parts {
			names = append(names, p.name)
		}
	}
	return names
}

// chosen are the rows of that name, or all.
func chosen(name string) ([]row, error) {
	if name == "" {
		return rows, nil
	}
	at := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
	if at < 0 {
		return nil, fmt.Errorf("there is no row %.20q to measure; there are %s", name, strings.Join(Rows(), ", "))
	}
	return rows[at : at+1], nil
}
