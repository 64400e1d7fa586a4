package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"wslab/server/transport"
)

// traffic counts the messages of one kind of transport, for all its connections together.
type traffic struct{ received, sent prometheus.Counter }

// of returns conn, counted.
func (t *traffic) of(conn transport.Conn) transport.Conn { return &metered{conn, t} }

// metered is a connection whose messages are counted: with one addition for each write, however many it has.
type metered struct {
	transport.Conn
	*traffic
}

// Read implements [transport.Conn].
func (m *metered) Read(ctx context.Context) (transport.Message, error) {
	message, err := m.Conn.Read(ctx)
	if err == nil {
		m.received.Inc()
	}
	return message, err
}

// Write implements [transport.Conn].
func (m *metered) Write(messages ...transport.Message) error {
	m.sent.Add(float64(len(messages)))
	return m.Conn.Write(messages...)
}

// Begin implements [transport.Prompt].
func (m *metered) Begin(b *transport.Batch) (rest func() error, err error) {
	m.sent.Add(float64(len(b.Messages)))
	return transport.Begin(m.Conn, b)
}
