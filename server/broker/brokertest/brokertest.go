// Package brokertest is what every broker has to keep, as tests.
package brokertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
)

// Node is a node whose connection to the cluster a test can cut.
type Node interface {
	broker.Broker
	Cut()
	Restore()
}

// Cluster is a fresh cluster whose log keeps at most 256 KiB.
type Cluster struct {
	Node    func(name string) Node
	Timeout time.Duration // of presence
}

// Contract is one behaviour.
type Contract struct {
	Name string
	Test func(t *testing.T, c Cluster)
}

// Contracts are all behaviours; each wants a cluster of its own.
var Contracts = append(logContracts, presenceContracts...)

// patience is how long a test waits for what has to happen.
const patience = broker.Timeout + 10*time.Second

// Ear is a reader and what it has heard.
type Ear struct {
	heard chan broker.Stored
	done  chan error
	end   context.CancelFunc
}

// Listen reads a node's log until the test ends.
func Listen(t *testing.T, node broker.Log, after uint64) *Ear {
	ctx, cancel := context.WithCancel(context.Background())
	e := &Ear{heard: make(chan broker.Stored, 100_000), done: make(chan error, 1), end: cancel}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		e.done <- node.Read(ctx, after, func(s broker.Stored) error { e.heard <- s; return nil })
	}()
	t.Cleanup(func() { cancel(); <-finished })
	return e
}

// Next is what is heard next.
func (e *Ear) Next(t *testing.T) broker.Stored {
	t.Helper()
	select {
	case s := <-e.heard:
		return s
	case err := <-e.done:
		require.FailNow(t, "reading ended", "%v", err)
	case <-time.After(patience):
		require.FailNow(t, "nothing more was heard")
	}
	return broker.Stored{}
}

// Texts are the next n messages. Their offsets have to grow.
func (e *Ear) Texts(t *testing.T, n int) (texts []string) {
	t.Helper()
	last := uint64(0)
	for range n {
		s := e.Next(t)
		require.Greater(t, s.Offset, last)
		last = s.Offset
		texts = append(texts, string(s.Data))
	}
	return texts
}

// Through are the messages up to the one that says last.
func (e *Ear) Through(t *testing.T, last string) (texts []string) {
	t.Helper()
	for {
		texts = append(texts, string(e.Next(t).Data))
		if texts[len(texts)-1] == last {
			return texts
		}
	}
}

// End is the error with which reading ends by itself.
func (e *Ear) End(t *testing.T) error {
	t.Helper()
	select {
	case err := <-e.done:
		return err
	case <-time.After(patience):
		require.FailNow(t, "reading goes on")
		return nil
	}
}

// Say publishes texts, each with itself as ID.
func Say(t *testing.T, node broker.Log, texts ...string) uint64 {
	t.Helper()
	last, err := say(t, node, texts...)
	require.NoError(t, err)
	return last
}

// say is for goroutines, which cannot end a test.
func say(t *testing.T, node broker.Log, texts ...string) (uint64, error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return node.Publish(ctx, Messages(texts...)...)
}

// Messages are texts with themselves as IDs.
func Messages(texts ...string) (messages []broker.Message) {
	for _, text := range texts {
		messages = append(messages, broker.Message{ID: text, Data: []byte(text)})
	}
	return messages
}

// Numbered are n texts.
func Numbered(prefix string, n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf("%s-%03d", prefix, i))
	}
	return texts
}
