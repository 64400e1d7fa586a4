package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

func TestMetricsTellHowManyMessagesCameAndWent(t *testing.T) {
	for name, c := range map[string]struct {
		open       func(t *testing.T, ctx context.Context, host string) transport.Conn
		came, went int // until it is in
		sends      []string
		answer     string
	}{
		"raw": {func(t *testing.T, ctx context.Context, host string) transport.Conn {
			return dial(t, ctx, "ws://"+host+"/ws?token=ABC-123&name=Ana", ws.DialOptions{})
		}, 0, 0, []string{`{"event":"stream"}`, `{"event":"echo","data":1}`}, `{"event":"echo"`},
		"socketio": {socket, 1, 2, []string{`42["stream",1]`, `421["echo",1]`}, `431[1]`},
	} {
		t.Run(name, func(t *testing.T) {
			a, host, _ := startApp(t, app.Config{Gateway: "conformance"})
			ctx := deadline(t)
			conn := c.open(t, ctx, host)
			for _, text := range c.sends {
				send(t, conn, text)
			}
			for answered := false; !answered; c.went++ {
				m, err := conn.Read(ctx)
				require.NoError(t, err)
				answered = strings.HasPrefix(string(m.Data), c.answer)
			}
			told := lastTold(t, a) // a server that stops, or that has not noticed that a client left, sends more
			require.Contains(t, told, fmt.Sprintf("wslab_messages_received_total{transport=%q} %d\n", name, c.came+len(c.sends)))
			require.Contains(t, told, fmt.Sprintf("wslab_messages_sent_total{transport=%q} %d\n", name, c.went))
		})
	}
}
