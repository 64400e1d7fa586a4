package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway/gatewaytest"
)

func TestAWhisperMayHaveTheKeyOfWhatWasSaid(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		ana := l.server("a").join("Ana")
		gatewaytest.Emit(ana, chat.Say, chat.Line{Text: "said", Key: "1"})
		require.Equal(t, "said", gatewaytest.Expect(ana, chat.Said).Text)
		gatewaytest.Emit(ana, chat.Whisper, chat.Line{To: ana.ID(), Text: "whispered", Key: "1"})
		require.Equal(t, "whispered", gatewaytest.Expect(ana, chat.Whispered).Text)
	})
}
