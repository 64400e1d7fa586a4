package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// even is a payload that refuses odd numbers, and a negative one in its own words.
type even int

func (e even) Validate() error {
	switch {
	case e < 0:
		return fmt.Errorf("wrapped: %w", &gateway.Error{Code: "negative", Message: "below zero"})
	case e%2 != 0:
		return errors.New("odd")
	}
	return nil
}

// trimmed is valid by its pointer.
type trimmed struct{ N int }

func (p *trimmed) Validate() error {
	if p.N == 0 {
		return errors.New("n is missing")
	}
	return nil
}

func number(data string) gateway.Payload { return gateway.Payload{Data: []byte(data)} }

func TestAPayloadThatIsNotValidIsABadPayload(t *testing.T) {
	_, err := handled[even](t, number(`3`))
	require.Equal(t, &gateway.Error{Code: "bad_payload", Message: "odd"}, err)
	_, err = handled[trimmed](t, number(`{}`))
	require.Equal(t, &gateway.Error{Code: "bad_payload", Message: "n is missing"}, err)
	_, err = handled[*trimmed](t, number(`{"n":0}`))
	require.Equal(t, &gateway.Error{Code: "bad_payload", Message: "n is missing"}, err)
}

func TestAValidPayloadReachesItsHandler(t *testing.T) {
	data, err := handled[even](t, number(`4`))
	require.NoError(t, err)
	require.Equal(t, even(4), data)
	pointer, err := handled[*trimmed](t, number(`{"n":1}`))
	require.NoError(t, err)
	require.Equal(t, 1, pointer.N)
}

func TestAPayloadMayRefuseInItsOwnWords(t *testing.T) {
	_, err := handled[even](t, number(`-2`))
	var own *gateway.Error
	require.ErrorAs(t, err, &own)
	require.Equal(t, "negative", own.Code)
}

func TestAPayloadThatCannotBeReadIsNotAskedWhetherItIsValid(t *testing.T) {
	_, err := handled[even](t, number(`"x"`))
	require.ErrorContains(t, err, "want number")
}

func TestAnErrorOfTheDomainIsCaughtAndMadeOneForTheClient(t *testing.T) {
	errFull := errors.New("full")
	ask := gateway.Request[even, even]("ask")
	build := func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{
			Middleware: []gateway.Middleware{gateway.Catch(func(err error) error {
				if errors.Is(err, errFull) {
					return &gateway.Error{Code: "full", Message: err.Error()}
				}
				return err
			})},
			Events: gateway.Events{ask.Handle(func(_ context.Context, _ *gateway.Socket, n even) (even, error) {
				if n == 0 {
					return 0, fmt.Errorf("the room is %w", errFull)
				}
				return n, nil
			})},
		}
	}
	gatewaytest.Run(t, build, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		_, refusal := gatewaytest.Call(ana, ask, 0)
		require.Equal(t, &gateway.Error{Code: "full", Message: "the room is full"}, refusal)
		_, refusal = gatewaytest.Call(ana, ask, 1)
		require.Equal(t, &gateway.Error{Code: "bad_payload", Message: "odd"}, refusal, "what the filter does not know stays")
		answer, refusal := gatewaytest.Call(ana, ask, 2)
		require.Nil(t, refusal)
		require.Equal(t, even(2), answer)
	})
}
