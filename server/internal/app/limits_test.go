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
			p := r.Context().Value(peerKey{}).(*peer)
			p.opened()
			p.authenticated()
		},
		"a panic": func(http.ResponseWriter, *http.Request) { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			a, err := New(Config{Limits: Limits{Connections: 1}})
			require.NoError(t, err)
			gone, leave := context.WithCancel(t.Context())
			leave()
			for range 3 {
				w := httptest.NewRecorder()
				func() {
					defer func() { _ = recover() }()
					ws.Detach(a.counted(serve)).ServeHTTP(w, httptest.NewRequestWithContext(gone, http.MethodGet, "/ws", nil))
				}()
				require.Equal(t, http.StatusOK, w.Code, "there is room again")
				require.Zero(t, a.counts.all)
				require.Empty(t, a.counts.addresses)
			}
			a.serving.Wait()
		})
	}
}

func TestEachCapSaysWhichItIs(t *testing.T) {
	for _, c := range []struct {
		limits Limits
		want   *rejection
	}{
		{Limits{Connections: 1}, full}, {Limits{PerAddress: 1}, fromOneAddress}, {Limits{Unauthenticated: 1}, unauthenticated},
	} {
		counts := newCounts(c.limits)
		_, err := counts.enter("192.0.2.1:1000")
		require.NoError(t, err)
		_, err = counts.enter("192.0.2.1:1001")
		require.Same(t, c.want, err)
	}
}

func TestANetworkOfIPv6CountsAsOneAddress(t *testing.T) {
	counts := newCounts(Limits{PerAddress: 1})
	for remote, want := range map[string]string{
		"[2001:db8::1]:80": "2001:db8::/64", "[2001:db8::ffff:1%eth0]:80": "2001:db8::/64",
		"192.0.2.1:80": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1", "@": "@",
	} {
		require.Equal(t, want, addressOf(remote))
	}
	_, err := counts.enter("[2001:db8::1]:80")
	require.NoError(t, err)
	_, err = counts.enter("[2001:db8::2]:80")
	require.ErrorIs(t, err, error(fromOneAddress))
	_, err = counts.enter("[2001:db8:0:1::1]:80")
	require.NoError(t, err, "it is another network")
}
