package balance_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/balance"
	"wslab/server/broker"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

const (
	welcome gateway.Event[string]           = "welcome"
	said    gateway.Event[string]           = "said"
	say     gateway.Request[string, uint64] = "say"
)

// chat greets with the server's name, and publishes what it hears.
func chat(server string, log broker.Log, everyone gateway.Emitter) (gateway.Gateway, func(context.Context, uint64) error) {
	g := gateway.Gateway{
		OnConnect: func(_ context.Context, socket *gateway.Socket) error { return welcome.Emit(socket, server) },
		Events: gateway.Events{
			say.Handle(func(ctx context.Context, _ *gateway.Socket, text string) (uint64, error) {
				return log.Publish(ctx, broker.Message{Data: []byte(text)})
			}),
		},
	}
	return g, func(ctx context.Context, after uint64) error {
		return log.Read(ctx, after, func(m broker.Stored) error { return said.Emit(everyone, string(m.Data)) })
	}
}

// visitor is a client and what it has heard.
type visitor struct {
	*client.Client
	greeted, heard chan string
	ended          chan gateway.Disconnect
}

func visit(t *testing.T, servers *balance.Servers) visitor {
	near, far := transport.Pipe()
	go func() {
		if session, err := jsonevent.Admit(context.Background(), servers, gateway.Handshake{}); err == nil {
			session.Serve(context.Background(), far, nil)
		}
	}()
	c, err := client.Open(t.Context(), near, client.Options{})
	require.NoError(t, err)
	v := visitor{c, make(chan string, 10), make(chan string, 10), make(chan gateway.Disconnect, 1)}
	client.Listen(c, welcome, func(server string) { v.greeted <- server })
	client.Listen(c, said, func(text string) { v.heard <- text })
	go func() { v.ended <- c.Run() }()
	return v
}

func TestEachClientComesToTheNextServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		servers := balance.New(chat, nil)
		for _, want := range []string{"one", "two", "three", "one"} {
			require.Equal(t, want, <-visit(t, servers).greeted)
		}
		require.NoError(t, servers.Close(t.Context(), gateway.GoingAway))
	})
}

func TestAllServersShareOneLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		servers := balance.New(chat, nil)
		ana, bob := visit(t, servers), visit(t, servers)
		offset, err := client.Call(t.Context(), ana.Client, say, "hi")
		require.NoError(t, err)
		require.EqualValues(t, 1, offset)
		require.Empty(t, ana.heard, "the answer comes before what takes the way through the log")
		require.Equal(t, "hi", <-ana.heard)
		require.Equal(t, "hi", <-bob.heard)
		require.NoError(t, servers.Close(t.Context(), gateway.GoingAway))
	})
}

func TestCloseEndsTheClientsOfAllServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		servers := balance.New(chat, nil)
		ana, bob := visit(t, servers), visit(t, servers)
		require.NoError(t, servers.Close(t.Context(), gateway.GoingAway))
		require.Equal(t, gateway.GoingAway, <-ana.ended)
		require.Equal(t, gateway.GoingAway, <-bob.ended)
	})
}

func TestAServerThatNoLongerFollowsSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var printed bytes.Buffer
		deaf := func(server string, log broker.Log, everyone gateway.Emitter) (gateway.Gateway, func(context.Context, uint64) error) {
			g, _ := chat(server, log, everyone)
			return g, func(context.Context, uint64) error { return errors.New("enough") }
		}
		servers := balance.New(deaf, slog.New(slog.NewTextHandler(&printed, nil)))
		synctest.Wait()
		require.Contains(t, printed.String(), `msg="a server no longer follows the log" server=two err=enough`)
		require.NoError(t, servers.Close(t.Context(), gateway.GoingAway))
	})
}
