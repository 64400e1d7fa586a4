package polling_test

import (
	"bufio"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport/polling"
)

// stalls sends a request whose body stops after one byte and returns the status and when it came.
func (s *site) stalls(query, kind string) (status int, after time.Duration) {
	s.Helper()
	l := make(lines)
	srv := &http.Server{Handler: s.handler}
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	conn, err := l.dial(s.Context(), "", "")
	require.NoError(s, err)
	defer conn.Close()
	start := time.Now()
	_, err = fmt.Fprintf(conn, "POST /socket.io/?%s HTTP/1.1\r\nHost: lab.example\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n4", query, kind)
	require.NoError(s, err)
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	require.NoError(s, err)
	defer resp.Body.Close()
	after = time.Since(start)
	for err == nil { // the connection is of no further use
		_, err = r.ReadByte()
	}
	return resp.StatusCode, after
}

func TestABodyThatStopsEndsItsSessionAfterThirtySeconds(t *testing.T) {
	begun(t, func(s *site) {
		status, after := s.stalls(s.own(), "text/plain")
		require.Equal(s, 400, status)
		require.LessOrEqual(s, after, 31*time.Second)
		s.gone(engineio.TransportError)
	})
}

func TestWhoIsRefusedIsNotWaitedFor(t *testing.T) { // however slowly the body comes that nobody wants
	visit(t, polling.Options{}, func(s *site) {
		s.begin()
		for _, test := range [][2]string{{"EIO=4&transport=polling", "text/plain"}, {"EIO=4&transport=polling&sid=nobody", "text/plain"}, {s.own(), "application/octet-stream"}} {
			status, after := s.stalls(test[0], test[1])
			require.Equal(s, 400, status)
			require.LessOrEqual(s, after, time.Second)
		}
		_ = s.session.Close(gateway.ConnectionLost.Code, "")
	})
}
