package recovery_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	heartbeat "wslab/lessons/07-heartbeat/solution"
	"wslab/server/gateway"
	"wslab/wasm/client"
)

// A guest is one connection, and remembers nothing of an earlier one.
type guest struct {
	*client.Client
	server *server

	mu    sync.Mutex
	heard []string
}

// enter connects somebody who says nothing by itself.
func (s *server) enter(name string) *guest {
	s.t.Helper()
	c, _, err := s.open(s.t.Context(), name, nil)
	require.NoError(s.t, err, "%s is let in", name)
	g := &guest{Client: c, server: s}
	client.Listen(c, heartbeat.Ping, func(b heartbeat.Beat) { _ = heartbeat.Pong.Emit(c, b) })
	client.Listen(c, Resumed, func(from Position) { g.notes("resumed %d", from.Heard) })
	client.Listen(c, Said, func(m Message) { g.notes("%d %s: %s", m.N, m.From, m.Text) })
	client.Listen(c, gateway.Event[gateway.Exception]("exception"), func(e gateway.Exception) { g.notes("exception %s", e.Code) })
	go c.Run()
	return g
}

func (g *guest) notes(what string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.heard = append(g.heard, fmt.Sprintf(what, args...))
}

// hears returns what has come since it was asked last, in order.
func (g *guest) hears() string {
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	heard := strings.Join(g.heard, ", ")
	g.heard = nil
	return heard
}

// asks asks to go on after a number, and resumes waits until it is answered.
func (g *guest) asks(heard int) { _ = Resume.Emit(g, Position{Heard: heard}) }

func (g *guest) resumes(heard int) *guest {
	g.asks(heard)
	synctest.Wait()
	return g
}

// numbers returns the numbers of the messages that have come since it was asked last.
func (g *guest) numbers() (numbers []string) {
	for what := range strings.SplitSeq(g.hears(), ", ") {
		if n, _, said := strings.Cut(what, " client"); said {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// numbers are those from one to another.
func numbers(from, to int) (numbers []string) {
	for n := from; n <= to; n++ {
		numbers = append(numbers, fmt.Sprint(n))
	}
	return numbers
}

// says says a text under a key, and returns the answer: a number, or the code of a refusal.
func (g *guest) says(heard int, key, text string) string {
	receipt, err := client.Call(g.server.t.Context(), g.Client, Say, Words{Line: Line{Key: key, Text: text}, Heard: heard})
	var refusal *gateway.Error
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case err != nil:
		return err.Error()
	}
	return fmt.Sprint(receipt.N)
}

// talks says the numbers from one to another, each as its text and its key, having heard all before it.
func (g *guest) talks(from, to int) {
	g.server.t.Helper()
	for n := from; n <= to; n++ {
		require.Equal(g.server.t, fmt.Sprint(n), g.says(n-1, fmt.Sprint("key ", n), fmt.Sprint(n)), "the number of the message")
	}
}

// talk is what is heard of that.
func talk(from, to int) string {
	var all []string
	for n := from; n <= to; n++ {
		all = append(all, fmt.Sprintf("%d Ana: %d", n, n))
	}
	return strings.Join(all, ", ")
}
