package load

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALargeCrowdComesFromSeveralAddresses(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	for i, want := range map[int]string{0: "127.0.0.2", fromOneAddress - 1: "127.0.0.2", fromOneAddress: "127.0.0.3", 9999: "127.0.0.6"} {
		dialer := source(i)
		conn, err := dialer.DialContext(t.Context(), "tcp", listener.Addr().String())
		require.NoError(t, err)
		require.Equal(t, want, conn.LocalAddr().(*net.TCPAddr).IP.String())
		require.NoError(t, conn.Close())
	}
}
