package app_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
)

func TestFlagsOfAClusterThatDoNotGoTogetherAreRefusedAtOnce(t *testing.T) {
	for _, use := range []struct {
		want string
		args []string
	}{
		{"need --cluster", []string{"--node", "a"}},
		{"need --cluster", []string{"--replicas", "3"}},
		{"for a server alone", []string{"--cluster", "embedded", "--cluster", "memory"}},
		{"it takes 1, 3 or 5", []string{"--cluster", "embedded", "--replicas", "2"}},
		{"--nats-route for each", []string{"--cluster", "embedded", "--replicas", "3"}},
		{"--nats-route needs --node", []string{"--cluster", "embedded", "--nats-route", "127.0.0.1:1"}},
		{"are for --cluster embedded", []string{"--cluster", "nats://127.0.0.1:1", "--nats-token", "secret"}},
		{"use host:port\n", []string{"--cluster", "embedded", "--nats-addr", "here"}},
	} {
		var said bytes.Buffer
		began := time.Now()
		require.Equal(t, 1, app.Main(t.Context(), append([]string{"serve", "--addr", "127.0.0.1:0"}, use.args...), &said, &said), use.args)
		require.Contains(t, said.String(), use.want)
		require.Less(t, time.Since(began), 5*time.Second)
	}
}
