package ws

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/transport"
)

func TestACloseFrameThatIsLeftToABusyWriterGoesOutBeforeTheConnectionCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		c := newFrameConn(server)
		go func() { _ = c.write(joinFrames([]transport.Message{{Data: []byte("hello")}})) }()
		synctest.Wait() // the client does not read yet
		goodbye := closeFrame(gateway.GoingAway)
		_, err := c.Write(goodbye)
		require.NoError(t, err)
		go func() { _ = c.Close() }()
		synctest.Wait()
		all, err := io.ReadAll(client)
		require.NoError(t, err)
		require.Equal(t, "\x81\x05hello"+string(goodbye), string(all))
	})
}

func TestAClientThatNeverReadsHoldsUpAClosingConnectionForASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, server := net.Pipe()
		c := newFrameConn(server)
		go func() { _ = c.write(joinFrames([]transport.Message{{Data: []byte("hello")}})) }()
		synctest.Wait()
		_, err := c.Write(closeFrame(gateway.GoingAway))
		require.NoError(t, err)
		begun := time.Now()
		_ = c.Close()
		require.Equal(t, time.Second, time.Since(begun))
	})
}
