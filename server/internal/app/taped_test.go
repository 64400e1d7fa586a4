//go:build unix

package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/conformance"
	"wslab/server/gateway"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/server/wire/tap"
)

const listeners = 100

// BenchmarkFanOut broadcasts to 100 clients over real WebSockets: without a recorder in the way, with one
// that nobody watches, and with every connection recorded. Compare cpu-µs/delivery, which is of the whole
// process, clients included: -count=10, and the three in turn.
func BenchmarkFanOut(b *testing.B) {
	for _, way := range []struct{ name, query string }{{"none", ""}, {"unwatched", ""}, {"recorded", "?page=p&as=client%d"}} {
		b.Run(way.name, func(b *testing.B) { fanOut(b, way.name != "none", way.query) })
	}
}

func fanOut(b *testing.B, taped bool, query string) {
	a, err := New(Config{Unlimited: true})
	require.NoError(b, err)
	ns := gateway.NewNamespace(conformance.New(true))
	board := tap.Board{Records: true}
	handler := http.Handler(a.endpoint(ns, nil))
	if taped {
		handler = a.taped(ns, nil, &board)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	var heard sync.WaitGroup
	for i := range listeners {
		address := "ws" + strings.TrimPrefix(server.URL, "http")
		if query != "" {
			address += fmt.Sprintf(query, i)
		}
		conn, err := ws.Dial(b.Context(), address, ws.DialOptions{})
		require.NoError(b, err)
		defer func() { _ = conn.Close(gateway.ConnectionLost.Code, "") }()
		_, err = conn.Read(b.Context()) // it is connected
		require.NoError(b, err)
		go hearAll(conn, &heard)
	}
	text := strings.Repeat("x", 64)
	before := cpuTime(b)
	for b.Loop() {
		heard.Add(listeners)
		require.NoError(b, ns.Emit("news", text))
		heard.Wait()
	}
	b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/1000/float64(b.N*listeners), "cpu-µs/delivery")
}

func hearAll(conn transport.Conn, heard *sync.WaitGroup) {
	for {
		m, err := conn.Read(context.Background())
		if err != nil {
			return
		}
		if strings.Contains(string(m.Data), `"news"`) {
			heard.Done()
		}
	}
}

// cpuTime is what the process has used of the processor.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
