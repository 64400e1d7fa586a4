package wire

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Faults are what happens to a connection on purpose. The zero Faults are none. All chance comes from
// the seed: the n-th data frame of a direction always meets the same.
type Faults struct {
	Seed uint64
	Up   Plan // to the server
	Down Plan // to the client
}

// A Plan is what happens to what is sent in one direction. TCP keeps the order of bytes, so what is
// late makes late what follows. The counts are of data frames; 0 is never.
type Plan struct {
	Delay  time.Duration // of everything, on top of the network's own
	Jitter time.Duration // at most so much more, by chance
	Rate   int           // bytes a second that get through; 0 is no limit

	// The chances of a data frame, from 0 to 1.
	Drop   float64 // to be left out, as no network that speaks TCP does, but as a proxy may
	Double float64 // to come twice
	Split  float64 // to come in pieces, each in a TCP segment of its own
	Mask   float64 // to have a mask that is not the one it says, or one at all, where the server sends it

	Fin   int // once so many have passed, the connection is closed (FIN) instead of the next
	Reset int // … is torn down (RST)
	Half  int // … is half open: nothing gets through in either direction, and nobody is told
	Stall int // … nobody reads in this direction any more
}

// The names of faults, as [ParseFaults] reads them, in the order in which they are written.
var faultNames = []string{"delay", "jitter", "rate", "drop", "double", "split", "mask", "fin", "rst", "half", "stall"}

const (
	maxDelay = 10 * time.Second
	minRate  = 10 // bytes a second: with less, a test would never end
)

// ParseFaults reads faults as String writes them: "seed=7,delay=200ms,up.drop=0.25". A name without
// a direction is for both.
func ParseFaults(s string) (f Faults, err error) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, value, found := strings.Cut(part, "=")
		if !found {
			return Faults{}, fmt.Errorf("fault %.40q has no value: say %.40s=VALUE", part, part)
		}
		if name == "seed" {
			if f.Seed, err = strconv.ParseUint(value, 10, 64); err != nil {
				return Faults{}, fmt.Errorf("seed %.40q is no whole number", value)
			}
			continue
		}
		plans := []*Plan{&f.Up, &f.Down}
		if n, up := strings.CutPrefix(name, "up."); up {
			name, plans = n, plans[:1]
		} else if n, down := strings.CutPrefix(name, "down."); down {
			name, plans = n, plans[1:]
		}
		for _, p := range plans {
			if err := p.set(name, value); err != nil {
				return Faults{}, err
			}
		}
	}
	return f, nil
}

// set sets one fault.
func (p *Plan) set(name, value string) (err error) {
	switch field := p.field(name).(type) {
	case *time.Duration:
		*field, err = time.ParseDuration(value)
		if err != nil || *field < 0 || *field > maxDelay {
			return fmt.Errorf("%s=%.40s: say a time from 0s to %v, such as 200ms", name, value, maxDelay)
		}
	case *float64:
		*field, err = strconv.ParseFloat(value, 64)
		if err != nil || !(*field >= 0 && *field <= 1) {
			return fmt.Errorf("%s=%.40s: say a chance from 0 to 1, such as 0.25", name, value)
		}
	case *int:
		least := 0
		if name == "rate" {
			least = minRate
		}
		*field, err = strconv.Atoi(value)
		if err != nil || *field != 0 && *field < least || *field < 0 {
			return fmt.Errorf("%s=%.40s: say a whole number from %d on, or 0 for none", name, value, max(least, 1))
		}
	default:
		return fmt.Errorf("there is no fault %.40q: there are %s", name, strings.Join(faultNames, ", "))
	}
	return nil
}

func (p *Plan) field(name string) any {
	switch name {
	case "delay":
		return &p.Delay
	case "jitter":
		return &p.Jitter
	case "rate":
		return &p.Rate
	case "drop":
		return &p.Drop
	case "double":
		return &p.Double
	case "split":
		return &p.Split
	case "mask":
		return &p.Mask
	case "fin":
		return &p.Fin
	case "rst":
		return &p.Reset
	case "half":
		return &p.Half
	case "stall":
		return &p.Stall
	}
	return nil
}

// String writes the faults in one way, whatever the way in which they were said; none is "".
func (f Faults) String() string {
	var parts []string
	if f.Seed != 0 {
		parts = append(parts, fmt.Sprint("seed=", f.Seed))
	}
	for _, name := range faultNames {
		up, down := f.Up.value(name), f.Down.value(name)
		switch {
		case up == down && up != "":
			parts = append(parts, name+"="+up)
		default:
			if up != "" {
				parts = append(parts, "up."+name+"="+up)
			}
			if down != "" {
				parts = append(parts, "down."+name+"="+down)
			}
		}
	}
	return strings.Join(parts, ",")
}

// value is what the fault is set to, or "".
func (p *Plan) value(name string) string {
	switch field := p.field(name).(type) {
	case *time.Duration:
		if *field != 0 {
			return field.String()
		}
	case *float64:
		if *field != 0 {
			return strconv.FormatFloat(*field, 'g', -1, 64)
		}
	case *int:
		if *field != 0 {
			return strconv.Itoa(*field)
		}
	}
	return ""
}
