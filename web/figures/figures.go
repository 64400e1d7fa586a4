// Package figures holds what ./task bench has measured on this machine: bench writes it, the page shows it.
package figures

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Results are the last figures of every part.
type Results struct {
	Parts []Part `json:"parts"`
}

// A Part is measured by one run: "server", "transports", and what a learner waits for.
type Part struct {
	Name string `json:"name"`
	Rows []Row  `json:"rows"`
}

// A Row is one kind of work, of one or several that do it.
type Row struct {
	Name    string    `json:"name"` // stable, within its part: "fanout1000"
	What    string    `json:"what"` // in English
	Unit    string    `json:"unit"`
	At      time.Time `json:"at"`
	Machine string    `json:"machine"` // system, architecture, processor
	Go      string    `json:"go"`      // version
	Cores   int       `json:"cores"`
	Took    float64   `json:"took"` // seconds, all rounds of this row
	Bars    []Bar     `json:"bars"`
}

// A Bar is what one of them took.
type Bar struct {
	Name    string  `json:"name"` // "ws", "limit"
	N       int     `json:"n"`    // how many figures there are
	Median  float64 `json:"median"`
	P95     float64 `json:"p95,omitempty"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Bound   float64 `json:"bound,omitempty"`   // the goal as a figure
	Goal    string  `json:"goal,omitempty"`    // such as "≤ 1.1 × limit"
	Verdict string  `json:"verdict,omitempty"` // Reached or Missed, where there is a goal
}

// What becomes of a goal.
const (
	Reached = "reached"
	Missed  = "missed"
)

// NewBar sums up some figures.
func NewBar(name string, all []float64) Bar {
	if len(all) == 0 {
		return Bar{Name: name}
	}
	return Bar{Name: name, N: len(all), Median: Quantile(all, 50), P95: Quantile(all, 95), Min: slices.Min(all), Max: slices.Max(all)}
}

// Quantile is the smallest of some figures that so many percent of them do not exceed.
func Quantile(all []float64, percent int) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[max((len(sorted)*percent+99)/100, 1)-1]
}

// File is where the results of a repository are kept.
func File(root string) string { return filepath.Join(root, ".bin", "bench.json") }

// Read reads results. A file that does not exist has none.
func Read(file string) (r Results, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return Results{}, fmt.Errorf("results of bench: %w", err)
	}
	return r, nil
}

// Add puts the rows of a part in the place of those that have the same names.
func (r *Results) Add(name string, rows ...Row) {
	at := slices.IndexFunc(r.Parts, func(p Part) bool { return p.Name == name })
	if at < 0 {
		at = len(r.Parts)
		r.Parts = append(r.Parts, Part{Name: name})
	}
	part := &r.Parts[at]
	for _, row := range rows {
		old := slices.IndexFunc(part.Rows, func(o Row) bool { return o.Name == row.Name })
		if old < 0 {
			part.Rows = append(part.Rows, row)
		} else {
			part.Rows[old] = row
		}
	}
}

// Row finds a row of a part.
func (r Results) Row(part, name string) (Row, bool) {
	for _, p := range r.Parts {
		for _, row := range p.Rows {
			if p.Name == part && row.Name == name {
				return row, true
			}
		}
	}
	return Row{}, false
}

// Save adds rows to the results in a file. A file that cannot be read is begun anew.
func Save(file, part string, rows ...Row) error {
	r, _ := Read(file)
	r.Add(part, rows...)
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	next := file + ".next"
	if err := os.WriteFile(next, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(next, file)
}
