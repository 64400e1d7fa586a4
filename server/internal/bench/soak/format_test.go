package soak

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/bench/ledger"
)

func TestAMessageIsReadInBothFormats(t *testing.T) {
	for text, f := range map[string]format{
		`{"event":"message","data":{"text":"soak","sender":3,"seq":17}}`: raw,
		`42["message",{"text":"soak","sender":3,"seq":17}]`:              socketIO,
	} {
		p, ok := f.heard([]byte(text))
		require.True(t, ok)
		require.Equal(t, ledger.Place{Sender: 3, Seq: 17}, p)
	}
	_, ok := raw.heard([]byte(`{"event":"left","data":{"id":"x","reason":"client left"}}`))
	require.False(t, ok)
}

func TestAnAcknowledgementIsReadInBothFormats(t *testing.T) {
	for text, f := range map[string]format{`{"id":17,"data":null}`: raw, `4317[null]`: socketIO} {
		seq, ok := f.acked([]byte(text))
		require.True(t, ok)
		require.EqualValues(t, 17, seq)
	}
}

func TestARefusalIsNoAcknowledgement(t *testing.T) {
	_, ok := raw.acked([]byte(`{"id":17,"error":{"code":"failed","message":"no"}}`))
	require.False(t, ok)
}

func FuzzAMessageNeverHarmsItsReader(f *testing.F) {
	f.Add([]byte(`{"event":"message","data":{"sender":3,"seq":17}}`))
	f.Add([]byte(`42["message",{"sender":-1,"seq":99999999999999999999}]`))
	f.Add([]byte(`43`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, format := range []format{raw, socketIO} {
			if p, ok := format.heard(text); ok {
				require.GreaterOrEqual(t, p.Sender, 0)
				require.Positive(t, p.Seq)
			}
			if seq, ok := format.acked(text); ok {
				require.GreaterOrEqual(t, seq, int64(0))
			}
		}
	})
}
