package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/transport/ws"
)

func TestAConnectionIsCountedUntilItsEndHoweverItEnds(t *testing.T) {
	for name, serve := range map[string]http.HandlerFunc{
		"refused": func(http.ResponseWriter, *http.Request) {},
		"authenticated after its request was given up": func(_ http.ResponseWriter, r *http.Request) {
			r.Context().Value(ticketKey{}).(*ticket).authenticated()
		},
		"a panic": func(http.ResponseWriter, *http.Request) { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLimits(1)
			gone, leave := context.WithCancel(t.Context())
			leave()
			for range 3 {
				w := httptest.NewRecorder()
				func() {
					defer func() { _ = recover() }()
					ws.Detach(l.limited(serve)).ServeHTTP(w, httptest.NewRequestWithContext(gone, http.MethodGet, "/ws", nil))
				}()
				require.Equal(t, http.StatusOK, w.Code, "there is room again")
				require.Zero(t, l.all)
				require.Empty(t, l.addresses)
			}
		})
	}
}
