package app

import (
	"flag"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"wslab/server/protocol/jsonevent"
)

// serverFlags adds the flags of every command that serves.
func serverFlags(set *flag.FlagSet, c *Config) (addr *string) {
	addr = set.String("addr", "", "listen on `HOST:PORT`; port 0 picks a free one (default "+DefaultAddr+", or the next free port)")
	set.StringVar(&c.Gateway, "gateway", "chat", "gateway of /ws: chat or conformance")
	set.BoolVar(&c.Open, "open", false, "the conformance gateway asks for no token")
	set.Func("origin", "pages of this `HOST` may connect too; may be repeated", func(host string) error {
		c.Origins = append(c.Origins, host)
		return nil
	})
	set.BoolVar(&c.Metrics, "metrics", false, "others than this machine may read /metrics")
	set.DurationVar(&c.PingInterval, "ping-interval", 25*time.Second, "time between two pings")
	set.DurationVar(&c.PingTimeout, "ping-timeout", 20*time.Second, "time for a pong")
	set.DurationVar(&c.ConnectTimeout, "connect-timeout", jsonevent.AuthTimeout, "time for a client to authenticate")
	limitFlags(set, c)
	return addr
}

// maxRead is the longest message that can be allowed, in bytes: as much as may wait for one client.
const maxRead = 1 << 20

// limitFlags adds the flags of what clients may take.
func limitFlags(set *flag.FlagSet, c *Config) {
	set.BoolVar(&c.Unlimited, "unlimited", false, "no limit on rate and connections, for benchmarks")
	c.Limits = c.Limits.filled()
	const most = 1_000_000_000
	for _, f := range []struct {
		name     string
		value    *int
		min, max int
		usage    string
	}{
		{"max-connections", &c.Limits.Connections, 1, most, "the most connections at once"},
		{"max-per-address", &c.Limits.PerAddress, 1, most, "the most connections at once from one address"},
		{"max-unauthenticated", &c.Limits.Unauthenticated, 1, most, "of those, how many may be unauthenticated"},
		{"rate", &c.Limits.Rate, 1, most, "the most messages each second of one client"},
		{"burst", &c.Limits.Burst, 1, most, "the most messages at once of one client"},
		{"read-limit", &c.Limits.Read, 1000, maxRead, "the longest message in bytes"},
	} {
		set.Var(&bounded{f.value, f.min, f.max}, f.name, f.usage)
	}
}

// bounded is the value of a flag: a whole number in a range.
type bounded struct {
	value    *int
	min, max int
}

// String implements [flag.Value].
func (b *bounded) String() string {
	if b.value == nil { // package flag asks a zero one
		return "0"
	}
	return strconv.Itoa(*b.value)
}

// Set implements [flag.Value].
func (b *bounded) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < b.min || n > b.max {
		return fmt.Errorf("it takes a whole number from %d to %d", b.min, b.max)
	}
	*b.value = n
	return nil
}

// logFlags adds the flags of the log.
func logFlags(set *flag.FlagSet, o *LogOptions) {
	set.Func("log", "`FORMAT` of the log: text or json (default text)", func(format string) error {
		if format != "text" && format != "json" {
			return fmt.Errorf("the formats are text and json")
		}
		o.JSON = format == "json"
		return nil
	})
	usage := fmt.Sprintf("least `LEVEL` of what is logged: debug, info, warn or error (default %s)", levelNames[o.Level])
	set.Func("log-level", usage, func(name string) error {
		for level, is := range levelNames {
			if is == name {
				o.Level = level
				return nil
			}
		}
		return fmt.Errorf("the levels are debug, info, warn and error")
	})
}

var levelNames = map[slog.Level]string{slog.LevelDebug: "debug", slog.LevelInfo: "info", slog.LevelWarn: "warn", slog.LevelError: "error"}
