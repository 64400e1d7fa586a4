package client_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

type line struct {
	Text string `json:"text"`
}

const (
	say   gateway.Event[line]           = "say"
	said  gateway.Event[line]           = "said"
	upper gateway.Request[line, line]   = "upper"
	color gateway.Request[line, string] = "color"
)

// parrot says what it hears to everyone, and asks for colours.
func parrot(everyone gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{
		OnConnect: func(_ context.Context, s *gateway.Socket) error { return said.Emit(s, line{"welcome"}) },
		Events: gateway.Events{
			say.On(func(_ context.Context, _ *gateway.Socket, in line) error { return said.Emit(everyone, in) }),
			upper.Handle(func(ctx context.Context, s *gateway.Socket, in line) (line, error) {
				if in.Text == "" {
					return line{}, &gateway.Error{Code: "empty", Message: "say something"}
				}
				answer, err := color.Ask(ctx, s, in)
				return line{answer}, err
			}),
		},
	}
}

// with runs test with a client that is connected to a parrot.
func with(t *testing.T, o client.Options, test func(t *testing.T, ns *gateway.Namespace, c *client.Client)) {
	synctest.Test(t, func(t *testing.T) {
		ns := gateway.NewNamespace(parrot)
		near, far := transport.Pipe()
		session, err := jsonevent.Admit(t.Context(), ns, gateway.Handshake{})
		require.NoError(t, err)
		go session.Serve(context.Background(), far, nil)
		c, err := client.Open(t.Context(), near, o)
		require.NoError(t, err)
		defer c.Close()
		test(t, ns, c)
	})
}

func TestWhatComesBeforeRunIsDeliveredByIt(t *testing.T) {
	with(t, client.Options{}, func(t *testing.T, _ *gateway.Namespace, c *client.Client) {
		var heard []string
		client.Listen(c, said, func(l line) { heard = append(heard, l.Text) })
		go c.Run()
		require.NoError(t, say.Emit(c, line{"hi"}))
		synctest.Wait()
		require.Equal(t, []string{"welcome", "hi"}, heard)
	})
}

func TestACallReturnsItsAnswerWhileTheServerAsksBack(t *testing.T) {
	with(t, client.Options{}, func(t *testing.T, _ *gateway.Namespace, c *client.Client) {
		client.Answer(c, color, func(in line) (string, error) { return in.Text + " in blue", nil })
		go c.Run()
		out, err := client.Call(t.Context(), c, upper, line{"sky"})
		require.NoError(t, err)
		require.Equal(t, "sky in blue", out.Text)
	})
}

func TestARefusalIsAnError(t *testing.T) {
	with(t, client.Options{}, func(t *testing.T, _ *gateway.Namespace, c *client.Client) {
		go c.Run()
		_, err := client.Call(t.Context(), c, upper, line{})
		var refusal *gateway.Error
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, "empty", refusal.Code)
	})
}

func TestAClientsRefusalReachesTheHandlerThatAsked(t *testing.T) {
	with(t, client.Options{}, func(t *testing.T, _ *gateway.Namespace, c *client.Client) {
		client.Answer(c, color, func(line) (string, error) { return "", errors.New("colour-blind") })
		go c.Run()
		_, err := client.Call(t.Context(), c, upper, line{"sky"})
		require.ErrorContains(t, err, "colour-blind")
	})
}

func TestACallEndsWithTheConnection(t *testing.T) {
	with(t, client.Options{}, func(t *testing.T, ns *gateway.Namespace, c *client.Client) {
		go c.Run()
		called := make(chan error)
		go func() {
			_, err := client.Call(t.Context(), c, upper, line{"nobody answers"})
			called <- err
		}()
		synctest.Wait()
		require.NoError(t, ns.Close(t.Context(), gateway.GoingAway))
		require.ErrorIs(t, <-called, gateway.GoingAway)
	})
}

func TestTraceSeesEveryMessageAsItStandsOnTheWire(t *testing.T) {
	var wire []string
	trace := func(toServer bool, message []byte) {
		arrow := "← "
		if toServer {
			arrow = "→ "
		}
		wire = append(wire, arrow+string(message))
	}
	with(t, client.Options{Trace: trace}, func(t *testing.T, _ *gateway.Namespace, c *client.Client) {
		go c.Run()
		require.NoError(t, c.SendText("no envelope"))
		synctest.Wait()
		require.Len(t, wire, 4)
		require.Equal(t, `← {"event":"connected","data":{"id":"`+c.ID()+`"}}`, wire[0])
		require.Contains(t, wire, `→ no envelope`)
		require.Contains(t, wire, `← {"event":"said","data":{"text":"welcome"}}`)
	})
}

func TestWhoIsBackAndHasHeardNothingYetHasHeardWhatItHadBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := client.Session{PID: "secret", Offset: "17"}
		resumed := func(recovered string) client.Session {
			near, far := transport.Pipe()
			go func() {
				if _, err := far.Read(context.Background()); err == nil { // what it presents
					_ = far.Write(transport.Message{Data: []byte(`{"event":"connected","data":{"id":"x","pid":"secret"` + recovered + `}}`)})
				}
			}()
			c, err := client.Open(t.Context(), near, client.Options{Resume: before})
			require.NoError(t, err)
			defer c.Close()
			return c.Session()
		}
		require.Equal(t, before, resumed(`,"recovered":true`))
		require.Equal(t, client.Session{PID: "secret"}, resumed(""), "who begins anew has heard nothing")
	})
}
