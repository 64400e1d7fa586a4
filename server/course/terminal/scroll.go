package terminal

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wslab/server/course"
)

// most is how many lines may wait to be shown: a program that prints without end must not fill the memory.
const most = 5000

// A scroll is what happens, line by line: it goes by above the picture and stays in the terminal's
// scrollback. Whoever writes to it does not wait for the terminal.
type scroll struct {
	width atomic.Int64 // of the terminal, in columns; 0 while it is not known

	mu      sync.Mutex
	waiting []entry
	lost    int
	rest    string // a line whose end has not been written yet
	over    bool   // nobody reads any more
	wake    chan struct{}
}

// An entry is a line as it was said: how it is broken depends on the terminal.
type entry struct {
	style lipgloss.Style
	text  string
}

func newScroll() *scroll { return &scroll{wake: make(chan struct{}, 1)} }

// say adds whole lines.
func (s *scroll) say(style lipgloss.Style, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		s.add(entry{style, line})
	}
}

// Write adds what others print here: the learner's function, the server's log.
func (s *scroll) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.rest + string(p)
	whole := strings.LastIndexByte(text, '\n') + 1
	s.rest = text[whole:]
	for line := range strings.Lines(text[:whole]) {
		s.add(entry{text: course.Printable(line)})
	}
	return len(p), nil
}

func (s *scroll) add(line entry) {
	if s.over {
		return
	}
	if len(s.waiting) >= most {
		s.lost++
		return
	}
	s.waiting = append(s.waiting, line)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take returns the lines that wait, none wider than the terminal.
func (s *scroll) take() (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.waiting {
		for _, part := range s.fit(line.text) {
			if colours() {
				part = line.style.Render(part)
			}
			lines = append(lines, part)
		}
	}
	if s.lost > 0 {
		lines = append(lines, fmt.Sprintf("  … %d", s.lost))
	}
	s.waiting, s.lost = nil, 0
	return lines
}

// end returns the lines that wait, the last one whole or not, and takes no more.
func (s *scroll) end() []string {
	if s.unfinished() {
		_, _ = s.Write([]byte("\n"))
	}
	lines := s.take()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	return lines
}

func (s *scroll) unfinished() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rest != ""
}

// fit breaks a line where the terminal ends, and keeps its indentation.
func (s *scroll) fit(line string) []string {
	width := int(s.width.Load())
	if width == 0 || ansi.StringWidth(line) < width {
		return []string{line}
	}
	line = ansi.Strip(line)
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if len(indent) > width/2 {
		indent = ""
	}
	lines := strings.Split(ansi.Wrap(line, max(width-1-len(indent), 1), ""), "\n")
	for i := range lines[1:] {
		lines[i+1] = indent + lines[i+1]
	}
	return lines
}

// show hands the lines to print, in order, until done is closed. An empty line is a blank: the
// terminal library leaves out what is empty.
func (s *scroll) show(done <-chan struct{}, print func(line string)) {
	for {
		select {
		case <-done:
			return
		case <-s.wake:
		}
		for _, line := range s.take() {
			if line == "" {
				line = " "
			}
			print(line)
		}
	}
}
