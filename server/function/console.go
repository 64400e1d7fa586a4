package function

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

const (
	maxLine  = 4 << 10  // bytes of a printed line that are kept
	maxTrace = 64 << 10 // bytes of a crash's trace that are kept

	linesPerSecond = 200
	linesAtOnce    = 1000
)

// A console turns what a guest prints into lines, and remembers the trace of a crash. It is used on
// the guest's thread, and after its end.
type console struct {
	log     func(Line)
	limit   *rate.Limiter
	dropped int
	streams [2]lines // stdout, stderr
	trace   []byte   // from the last line that begins as a crash does
}

func newConsole(log func(Line)) *console {
	return &console{log: log, limit: rate.NewLimiter(linesPerSecond, linesAtOnce)}
}

var streams = [2]string{"stdout", "stderr"}

// write takes what the guest wrote to descriptor fd, 1 or 2.
func (c *console) write(fd int, p []byte) {
	c.streams[fd-1].write(p, func(line string) { c.line(streams[fd-1], line) })
}

// flush ends the lines that the guest did not.
func (c *console) flush() {
	for i := range c.streams {
		c.streams[i].flush(func(line string) { c.line(streams[i], line) })
	}
}

func (c *console) line(stream, text string) {
	if stream == "stderr" {
		c.remember(text)
	}
	if !c.limit.Allow() {
		c.dropped++
		return
	}
	if c.dropped > 0 {
		c.say(fmt.Sprintf("(%d lines not shown: the function prints more than %d a second)", c.dropped, linesPerSecond))
		c.dropped = 0
	}
	c.log(Line{time.Now(), stream, text})
}

// say adds a line of the host's own.
func (c *console) say(text string) { c.log(Line{time.Now(), "host", text}) }

// crashes are how Go begins to say that a program is over.
var crashes = []string{"panic: ", "fatal error: "}

func (c *console) remember(line string) {
	for _, begin := range crashes {
		if strings.HasPrefix(line, begin) {
			c.trace = append(c.trace[:0], line...)
			return
		}
	}
	if len(c.trace) > 0 && len(c.trace)+len(line) < maxTrace {
		c.trace = append(append(c.trace, '\n'), line...)
	}
}

// lines cuts a stream into lines.
type lines struct {
	partial []byte
	cut     bool // the line is longer than is kept
}

func (l *lines) write(p []byte, each func(line string)) {
	for {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		l.add(line)
		if !ended {
			return
		}
		l.end(each)
		p = rest
	}
}

func (l *lines) add(p []byte) {
	if room := maxLine - len(l.partial); len(p) > room {
		p, l.cut = p[:room], true
	}
	l.partial = append(l.partial, p...)
}

func (l *lines) end(each func(line string)) {
	line := strings.ToValidUTF8(strings.TrimSuffix(string(l.partial), "\r"), "\uFFFD")
	if l.cut {
		line += "…"
	}
	l.partial, l.cut = l.partial[:0], false
	each(line)
}

func (l *lines) flush(each func(line string)) {
	if len(l.partial) > 0 {
		l.end(each)
	}
}
