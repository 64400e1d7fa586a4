package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// findings are everything that was measured of the module's table. Each method judges one of its rows.
type findings struct {
	clients
	loads of[burden]
	sizes
}

// minimal is the row "Implementación mínima | Tiene infraestructura más elaborada".
func (f findings) minimal() claim {
	c := claim{ws: "Minimal implementation", io: "A more elaborate infrastructure"}
	n := len(f.Connecting.Took.WS)
	c.rows = []compared{
		counts("HTTP requests until the first event, upgrade included", n, f.Connecting.Requests, ""),
		counts("bytes until the first event, both ways", n, f.Connecting.Bytes, " B"),
		lasting("until the first event", f.Connecting.Took),
		{"lines of this server only for this format", 0, fmt.Sprint(f.wsLines), fmt.Sprint(f.ioLines), "the same"},
		{"works: broadcasts, acks, rooms, bytes, namespaces", 0, works(f.Offered.WS), works(f.Offered.IO), works(f.Offered.Polling)},
		lasting("request and its ack", f.Talking.Acks),
		counts("bytes on the wire for 1,000 bytes sent", 100, f.Talking.Binary, " B"),
	}
	c.verdict = wrong
	if f.Connecting.Requests.WS < f.Connecting.Requests.IO && f.wsLines < f.ioLines {
		c.verdict = confirmed
	}
	c.why = fmt.Sprintf("%d request and %d lines beside %d requests and %d lines", f.Connecting.Requests.WS, f.wsLines, f.Connecting.Requests.IO, f.ioLines)
	if more := missing(f.Offered.IO, f.Offered.WS); len(f.Offered.WS) > 0 {
		c.why += fmt.Sprintf("; but %s are the server's and work with both: the protocol adds %s", strings.Join(f.Offered.WS, ", "), strings.Join(more, ", "))
		if c.verdict == confirmed {
			c.verdict = qualified
		}
	}
	return c
}

// clientSide is the row "No tiene nada del lado del cliente | Tiene un cliente y un servidor".
func (f findings) clientSide() claim {
	c := claim{ws: "Nothing on the client's side", io: "A client and a server"}
	c.rows = []compared{
		{"a page loads: minified / gzip / brotli", 0, "0, it is built in", fmt.Sprintf("%s / %s / %s", kB(f.page), kB(f.gzip), kB(f.brotli)), "the same"},
		{"npm installs for a client in Node", 0, f.ws.String(), f.io.String(), "the same"},
		{"first events heard by npm's client", 0, share(len(f.Connecting.Took.WS.took()), len(f.Connecting.Took.WS)), share(len(f.Connecting.Took.IO.took()), len(f.Connecting.Took.IO)), share(len(f.Connecting.Took.Polling.took()), len(f.Connecting.Took.Polling))},
	}
	c.verdict, c.why = confirmed, "the package ws is a server alone"
	if len(f.Connecting.Took.WS.took()) > 0 {
		c.verdict = qualified
		c.why = fmt.Sprintf("there is nothing to load, since a browser has WebSocket built in, and in Node the package ws is a client too; socket.io costs a page %s", kB(f.brotli))
	}
	return c
}

// light is the row "Es ligero | Es robusto".
func (f findings) light() claim {
	c := claim{ws: "Light", io: "Robust"}
	never := short(time.Duration(f.Never * float64(time.Millisecond)))
	c.rows = []compared{
		counts(`one event on the wire, sent: {"text":"hi"}`, 100, f.Talking.Up, " B"),
		counts("the same, received", 100, f.Talking.Down, " B"),
		costs(fmt.Sprintf("processor for each delivery, to %d clients", audience), f.loads, func(l burden) []float64 { return l.delivery }),
		recovered("back after a cut, by itself", f.Cuts.Took, "not in "+never),
		recovered("first event where WebSockets are blocked", f.Blocked, "refused"),
		recovered("notices silence, heartbeat 1 s and 1 s", f.Silence, "not in "+never),
		shares("said while away: arrives", f.Cuts.Arrived, f.Away),
		shares("said by others meanwhile: is heard", f.Cuts.Heard, f.Away),
	}
	lighter := median(f.loads.WS.delivery) < 0.9*median(f.loads.IO.delivery)
	robust := len(f.Cuts.Took.IO.took()) > 0 && len(f.Blocked.IO.took()) > 0 && len(f.Silence.IO.took()) > 0
	whole := f.Cuts.Heard.IO == f.Away
	switch {
	case !robust:
		c.verdict = wrong
	case lighter && whole:
		c.verdict = confirmed
	default:
		c.verdict = qualified
	}
	heavier := "lighter"
	if f.Talking.Up.IO > f.Talking.Up.WS {
		heavier = "heavier"
	}
	c.why = fmt.Sprintf("an event of socket.io is %s (%d B beside %d B) and a delivery costs %.1f × as much", heavier, f.Talking.Up.IO, f.Talking.Up.WS, median(f.loads.IO.delivery)/median(f.loads.WS.delivery))
	if robust {
		c.why += fmt.Sprintf("; its client comes back by itself and gets past a proxy, but of what others said meanwhile it hears %d of %d", f.Cuts.Heard.IO, f.Away)
	}
	return c
}

// connections is the row "Soporta más conexiones simultáneas | Soporta menos conexiones simultáneas".
func (f findings) connections() claim {
	c := claim{ws: "Supports more connections", io: "Supports fewer"}
	memory := func(l burden) []float64 { return l.memory }
	fits := func(l burden) string { return fmt.Sprintf("%.0f", float64(1<<20)/median(l.memory)) }
	c.rows = []compared{
		{fmt.Sprintf("memory of one of %d idle connections", manyIdle), loadRounds, kiB(memory(f.loads.WS)), kiB(memory(f.loads.IO)), kiB(memory(f.loads.Polling))},
		{"so in 1 GiB there is room for", loadRounds, fits(f.loads.WS), fits(f.loads.IO), fits(f.loads.Polling)},
		costs("processor until a client is let in", f.loads, func(l burden) []float64 { return l.connect }),
		costs("processor for each heartbeat", f.loads, func(l burden) []float64 { return l.beat }),
	}
	ratio := median(f.loads.IO.memory) / median(f.loads.WS.memory)
	polls := median(f.loads.Polling.memory) / median(f.loads.WS.memory)
	switch {
	case ratio >= 1.2:
		c.verdict = confirmed
	case ratio > 1.05 || polls >= 1.2:
		c.verdict = qualified
	default:
		c.verdict = wrong
	}
	connect := median(f.loads.IO.connect) / median(f.loads.WS.connect)
	c.why = fmt.Sprintf("a client of socket.io takes %.1f × the memory of a plain WebSocket, one that only polls %.1f ×; to let it in costs %.1f × as much", ratio, polls, connect)
	if beats := median(f.loads.IO.beat) / median(f.loads.WS.beat); beats <= 1.1 {
		c.why += ", to keep it alive no more"
	} else {
		c.why += fmt.Sprintf(", to keep it alive %.1f ×", beats)
	}
	return c
}

func counts(what string, n int, f of[int], unit string) compared {
	text := func(count int) string { return fmt.Sprint(count) + unit }
	return compared{what, n, text(f.WS), text(f.IO), text(f.Polling)}
}

func lasting(what string, f of[moments]) compared {
	return compared{what, len(f.WS), spread(f.WS.took()), spread(f.IO.took()), spread(f.Polling.took())}
}

// recovered is a row of times of what need not happen, and is otherwise called what the last argument says.
func recovered(what string, f of[moments], otherwise string) compared {
	text := func(m moments) string {
		came := m.took()
		switch {
		case len(came) == len(m):
			return spread(came)
		case len(m) < len(f.IO): // it would take its time
			return fmt.Sprintf("%s (n = %d)", otherwise, len(m))
		}
		return otherwise
	}
	return compared{what, len(f.IO), text(f.WS), text(f.IO), text(f.Polling)}
}

func costs(what string, f of[burden], figure func(burden) []float64) compared {
	text := func(l burden) string { return fmt.Sprintf("%.1f µs (%s)", median(figure(l)), bounds(figure(l))) }
	return compared{what, loadRounds, text(f.WS), text(f.IO), text(f.Polling)}
}

func kiB(all []float64) string { return fmt.Sprintf("%.1f KiB (%s)", median(all), bounds(all)) }

// bounds are the least and the most of a few figures, which have no p95.
func bounds(all []float64) string {
	return fmt.Sprintf("%.1f–%.1f", slices.Min(all), slices.Max(all))
}

func shares(what string, f of[int], all int) compared {
	return compared{what, all, share(f.WS, all), share(f.IO, all), share(f.Polling, all)}
}

func share(n, all int) string { return fmt.Sprintf("%d of %d", n, all) }

func kB(bytes int) string { return fmt.Sprintf("%.1f KB", float64(bytes)/1000) }

func (w weight) String() string {
	return fmt.Sprintf("%d pkg, %.0f KB", w.packages, float64(w.bytes)/1000)
}

func works(all []string) string { return fmt.Sprintf("%d of 5", len(all)) }

// missing are those of all that have are not among.
func missing(all, have []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(have, one) })
}
