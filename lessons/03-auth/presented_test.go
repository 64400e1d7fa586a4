package auth_test

import (
	"bytes"
	"log"
	"log/slog"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// signed returns a token for name that is good for an hour.
func signed(t *testing.T, name string) string {
	t.Helper()
	token, err := Sign(name, time.Now(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	return token
}

// forged returns a token as somebody else could make it.
func forged(t *testing.T, method jwt.SigningMethod, key any, claims jwt.Claims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	require.NoError(t, err)
	return token
}

// claims are those of a token for name that is good for an hour.
func claims(name string) jwt.Claims {
	return jwt.MapClaims{"name": name, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
}

// header returns the handshake of a client that presents something in a header.
func header(name, value string) gateway.Handshake {
	return gateway.Handshake{Header: map[string][]string{name: {value}}}
}

func expectRefusal(t *testing.T, srv *gatewaytest.Server, presented any) {
	t.Helper()
	c := srv.Dial(presented)
	require.Empty(t, c.ID(), "this client must be refused: %+v", presented)
	require.Equal(t, gateway.Unauthorized, c.ExpectDisconnect(), "a client is refused with 4401 unauthorized")
}

// recordLog returns what slog and log print until the test ends.
func recordLog(t *testing.T) *bytes.Buffer {
	var printed bytes.Buffer
	before, flags, out := slog.Default(), log.Flags(), log.Writer()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&printed, nil)))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetFlags(flags)
		log.SetOutput(out)
	})
	return &printed
}
