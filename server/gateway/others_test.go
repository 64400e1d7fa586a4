package gateway_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// tell passes on what a client says to the other one, if there is one.
func tell(other func(*gateway.Socket, text) error) func(gateway.Emitter) gateway.Gateway {
	var first atomic.Pointer[gateway.Socket]
	return fixed(gateway.Gateway{
		OnConnect: func(_ context.Context, s *gateway.Socket) error {
			first.CompareAndSwap(nil, s)
			return nil
		},
		Events: gateway.Events{say.On(func(_ context.Context, _ *gateway.Socket, in text) error { return other(first.Load(), in) })},
	})
}

// two connects two clients, of whom the first one is the other.
func two(srv *gatewaytest.Server) (first, second *gatewaytest.Client) {
	first = srv.Dial(nil)
	synctest.Wait() // OnConnect has run
	return first, srv.Dial(nil)
}

func TestWhoSpeaksToOneThatHasLeftIsToldSo(t *testing.T) {
	gatewaytest.Run(t, tell(func(other *gateway.Socket, in text) error { return said.Emit(other, in) }), func(t *testing.T, srv *gatewaytest.Server) {
		gone, ana := two(srv)
		gone.Close()
		_, refusal := gatewaytest.Call(ana, gateway.Request[text, any](say), text{"hi"})
		require.Equal(t, "gone", refusal.Code)
	})
}

func TestWhoSpeaksToASlowOneStays(t *testing.T) {
	line := text{string(make([]byte, 200<<10))}
	gatewaytest.Run(t, tell(func(other *gateway.Socket, in text) error { return said.Emit(other, in) }), func(t *testing.T, srv *gatewaytest.Server) {
		slow, ana := two(srv)
		for range 8 {
			gatewaytest.Emit(ana, say, line)
			synctest.Wait()
		}
		require.Equal(t, "gone", ana.ExpectError().Code)
		slow.Close()
	})
}

func TestAQuestionToOneThatLeavesIsOverAtOnce(t *testing.T) {
	ask := func(other *gateway.Socket, in text) error {
		_, err := color.Ask(context.Background(), other, in)
		return err
	}
	gatewaytest.Run(t, tell(ask), func(t *testing.T, srv *gatewaytest.Server) {
		leaves, ana := two(srv)
		start := time.Now()
		gatewaytest.Emit(ana, say, text{"which?"})
		gatewaytest.Expect(leaves, gateway.Event[text](color))
		leaves.Close()
		require.Equal(t, "gone", ana.ExpectError().Code)
		require.Zero(t, time.Since(start))
	})
}

func TestAnswersBehindManyEventsAreFound(t *testing.T) {
	gatewaytest.Run(t, on(say.On(func(ctx context.Context, s *gateway.Socket, in text) error {
		answer, err := color.Ask(ctx, s, in)
		if err != nil {
			return err
		}
		return said.Emit(s, text{answer})
	})), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		for range 200 {
			gatewaytest.Emit(ana, say, text{"which?"})
		}
		for range 200 {
			gatewaytest.Answer(ana, color, func(text) string { return "blue" })
			require.Equal(t, "blue", gatewaytest.Expect(ana, said).Text)
		}
	})
}

func TestPayloadsAreNoHTML(t *testing.T) {
	gatewaytest.Run(t, on(shout.Handle(func(_ context.Context, _ *gateway.Socket, in text) (text, error) { return in, nil })), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.SendText(`{"event":"shout","data":{"text":"<3 & more"}}`)
		ana.ExpectText(`{"event":"shout","data":{"text":"<3 & more"}}`)
	})
}
