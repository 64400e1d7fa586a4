package natsbroker

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzParseKey(f *testing.F) {
	for _, key := range []string{"node.A", "node.", "node.a.b", "member.A.YQ", "member.A.", "member.A.YQ.YQ", "member..YQ", "x", "", "member.0.000\r"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		lease, id, ok := parseKey(key)
		switch {
		case !ok:
		case id == "":
			require.Equal(t, key, nodeKey+lease)
		default:
			require.Equal(t, key, memberOf(lease, id))
		}
	})
}

func TestEveryIDMakesAKey(t *testing.T) {
	for _, id := range []string{"a", "a.b", "*", ">", " ", "ñ", "\x00\xff", "/_-="} {
		lease, parsed, ok := parseKey(memberOf("L", id))
		require.True(t, ok)
		require.Equal(t, "L", lease)
		require.Equal(t, id, parsed)
	}
}
