package chat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

func TestAKeyHasAtMost100Bytes(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		for _, event := range []gateway.Event[chat.Line]{chat.Say, chat.Whisper} {
			gatewaytest.Emit(ana, event, chat.Line{To: ana.ID(), Text: "hi", Key: strings.Repeat("k", 101)})
			require.Equal(t, "bad_key", ana.ExpectError().Code)
		}
	})
}
