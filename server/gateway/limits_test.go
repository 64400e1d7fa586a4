package gateway_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

func TestMiddlewareWrapsAlsoWhatRefusesStrayPackets(t *testing.T) {
	closed := &gateway.Error{Code: "closed", Message: "not today"}
	var seen []gateway.Kind
	g := gateway.Gateway{Middleware: []gateway.Middleware{func(next gateway.Handler) gateway.Handler {
		return func(ctx context.Context, s *gateway.Socket, in *gateway.Packet) (any, error) {
			seen = append(seen, in.Kind)
			if len(seen) > 2 {
				return nil, closed
			}
			return next(ctx, s, in)
		}
	}}}
	gatewaytest.Run(t, fixed(g), func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		for _, code := range []string{"unknown_event", "bad_message", "closed", "closed"} {
			ana.SendText(map[bool]string{true: `{"event":"nowhere"}`, false: `{"event":`}[len(seen)%2 == 0])
			require.Equal(t, code, ana.ExpectError().Code)
		}
		require.Equal(t, []gateway.Kind{gateway.KindEvent, gateway.KindInvalid, gateway.KindEvent, gateway.KindInvalid}, seen)
	})
}

func TestAGatewayMayHoldLessForASlowClient(t *testing.T) {
	var left []gateway.Disconnect
	g := gateway.Gateway{MaxQueue: 2000, Events: gateway.Events{say.On(func(_ context.Context, s *gateway.Socket, in text) error {
		return said.Emit(s.To(), in)
	})}}
	gatewaytest.Run(t, lobby(&left, g), func(t *testing.T, srv *gatewaytest.Server) {
		ana, slow := srv.Dial(nil), srv.Dial(nil)
		line := text{strings.Repeat("x", 800)}
		for range 3 { // one is on its way, and two fit
			gatewaytest.Emit(ana, say, line)
			gatewaytest.Expect(ana, said)
		}
		synctest.Wait()
		require.Empty(t, left)
		gatewaytest.Emit(ana, say, line)
		gatewaytest.Expect(ana, said)
		synctest.Wait()
		require.Equal(t, []gateway.Disconnect{gateway.TooSlow}, left)
		slow.Close()
	})
}

func TestASocketKnowsWhereItsClientIs(t *testing.T) {
	const address = "[2001:db8::1]:50000"
	for name, authenticate := range map[string]func(context.Context, gateway.Handshake) (gateway.User, error){
		"a gateway that asks nobody": nil,
		"one that asks": func(_ context.Context, h gateway.Handshake) (gateway.User, error) {
			return gateway.User{Name: "Ana", Remote: "elsewhere"}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			ns := gateway.NewNamespace(fixed(gateway.Gateway{Authenticate: authenticate}))
			user, err := ns.Authenticate(t.Context(), gateway.Handshake{Remote: address})
			require.NoError(t, err)
			require.Equal(t, address, user.Remote)
		})
	}
}
