package app_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
)

func TestAMistypedCommandSaysWhatToType(t *testing.T) {
	for _, use := range []struct {
		want string
		args []string
	}{
		{"./task help", []string{"lessons"}},
		{"./task check:2", []string{"check", "2"}},
		{"there is no lesson \"99\"; there are 0 (websockets)", []string{"lesson:99"}},
		{"the languages are en and es", []string{"check:1", "--lang", "fr"}},
		{"./task new -- NAME", []string{"new"}},
		{"--gateway chat or --gateway conformance", []string{"serve", "--gateway", "none"}},
		{"it takes a whole number from 1 to", []string{"serve", "--max-connections", "0"}},
		{"it takes a whole number from 1 to", []string{"serve", "--max-per-address", "many"}},
		{"it takes a whole number from 1 to", []string{"serve", "--max-unauthenticated", "-1"}},
		{"it takes a whole number from 1 to", []string{"serve", "--rate", "0.5"}},
		{"it takes a whole number from 1 to", []string{"serve", "--burst", "0"}},
		{"it takes a whole number from 1000 to 1048576", []string{"serve", "--read-limit", "2000000"}},
		{"the formats are text and json", []string{"serve", "--log", "xml"}},
		{"the levels are debug, info, warn and error", []string{"serve", "--log-level", "loud"}},
	} {
		var said bytes.Buffer
		require.Equal(t, 1, app.Main(t.Context(), use.args, &said, &said), use.args)
		require.Contains(t, said.String(), use.want)
	}
}

func TestHelpListsTheCommands(t *testing.T) {
	var said bytes.Buffer
	require.Zero(t, app.Main(t.Context(), nil, &said, &said))
	for _, command := range []string{"lesson:N", "check:N", "demo", "test", "new"} {
		require.Contains(t, said.String(), "./task "+command)
	}
}
