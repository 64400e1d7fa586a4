package natsbroker_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// line is a connection to a server that can be cut, and led to another server.
type line struct {
	url      string
	listener net.Listener

	mu     sync.Mutex
	target string
	cut    bool
	open   map[net.Conn]bool
}

// newLine leads to a server's URL; its own has the same user.
func newLine(t testing.TB, target string) *line {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u, err := url.Parse(target)
	require.NoError(t, err)
	l := &line{listener: listener, target: u.Host, open: map[net.Conn]bool{}}
	u.Host = listener.Addr().String()
	l.url = u.String()
	var serving sync.WaitGroup
	serving.Go(func() { l.serve(&serving) })
	t.Cleanup(func() { _ = listener.Close(); l.Cut(); serving.Wait() })
	return l
}

// bare is the URL without a user.
func (l *line) bare() string { return "nats://" + l.listener.Addr().String() }

func (l *line) serve(serving *sync.WaitGroup) {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := l.dial(client)
		if err != nil {
			_ = client.Close()
			continue
		}
		serving.Go(func() { l.copy(client, server) })
		serving.Go(func() { l.copy(server, client) })
	}
}

func (l *line) dial(client net.Conn) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return nil, net.ErrClosed
	}
	server, err := net.Dial("tcp", l.target)
	if err == nil {
		l.open[client], l.open[server] = true, true
	}
	return server, err
}

func (l *line) copy(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_, _ = to.Close(), from.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, to)
	delete(l.open, from)
}

// Cut ends all connections and refuses new ones.
func (l *line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for conn := range l.open {
		_ = conn.Close()
	}
}

// Restore lets new connections through.
func (l *line) Restore() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

// redirect leads to another server from now on.
func (l *line) redirect(target string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if u, err := url.Parse(target); err == nil {
		l.target = u.Host
	}
}
