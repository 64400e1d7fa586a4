//go:build live

package lessons_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	messages "wslab/lessons/04-messages/solution"
	limits "wslab/lessons/09-limits/solution"
	"wslab/wasm/client"
)

// The page of these tests is on another port than the server, so that for lesson 9 it is a foreign one. It cannot
// help saying so: the browser does.
func TestLiveAForeignPageIsRefused(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := client.Dial(ctx, address(t, 9), client.Options{Auth: credentials{Token: messages.Shared, Name: "Eve"}})
	require.Equal(t, limits.Foreign, err)
}
