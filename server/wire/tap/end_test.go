package tap

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// In these tests the network is a pipe, and a goroutine that is left over fails the test.

// opened returns both ends of a connection with these faults.
func opened(t *testing.T, faults string) (client net.Conn, server *conn, log *wire.Log) {
	f, err := wire.ParseFaults(faults)
	require.NoError(t, err)
	log = wire.NewLog()
	l := &Line{Client: "ana", Logs: []*wire.Log{log}, numbers: []uint32{1}, faults: f}
	client, network := net.Pipe()
	return client, l.open(network, nil, ""), log
}

// text is a frame as a server sends it.
func text(s string) []byte {
	return append(wire.Header{Final: true, Opcode: wire.Text, Length: uint64(len(s))}.Append(nil), s...)
}

func TestAConnectionWhoseClientNeverReadsEndsWithTheServersPatience(t *testing.T) {
	for _, faults := range []string{"", "down.stall=1", "down.half=1", "down.rate=10", "down.delay=10s"} {
		synctest.Test(t, func(t *testing.T) {
			client, server, _ := opened(t, faults)
			written := make(chan struct{})
			go func() {
				defer close(written)
				for {
					if _, err := server.Write(text(strings.Repeat("x", 10_000))); err != nil {
						return
					}
				}
			}()
			time.Sleep(time.Second)
			require.NoError(t, server.Close())
			<-written
			time.Sleep(linger)
			_, err := io.Copy(io.Discard, client)
			require.NoError(t, err, "the network is closed")
		})
	}
}

func TestAConnectionWhoseServerNeverReadsEndsWithTheServersPatience(t *testing.T) {
	for _, faults := range []string{"", "up.stall=1", "up.half=1"} {
		synctest.Test(t, func(t *testing.T) {
			client, server, _ := opened(t, faults)
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				for {
					if _, err := client.Write([]byte("\x81\x85\x00\x00\x00\x00hello" + strings.Repeat("\x81\x80\x00\x00\x00\x00", 1000))); err != nil {
						return
					}
				}
			}()
			time.Sleep(time.Second)
			require.NoError(t, server.Close())
			<-sent
		})
	}
}

func TestWhatTheServerWritesAfterTheClientsLastWordStillArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server, log := opened(t, "down.delay=1s")
		heard := make(chan []byte)
		go func() {
			all, _ := io.ReadAll(client)
			heard <- all
		}()
		_, err := server.Write(text("late"))
		require.NoError(t, err)
		require.NoError(t, server.Close())
		require.Equal(t, text("late"), <-heard)
		entries, err := log.After(t.Context(), 1, 10)
		require.NoError(t, err)
		require.Equal(t, wire.End, entries[0].Kind)
		require.False(t, entries[0].Up)
	})
}

func TestTheDelayOfABurstIsThatOfEachFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server, _ := opened(t, "down.delay=1s")
		begun := time.Now()
		const frames = 2000
		go func() {
			for range frames {
				_, _ = server.Write(text("x"))
			}
		}()
		_, err := io.ReadFull(client, make([]byte, 3*frames))
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(begun))
		require.NoError(t, server.Close())
		_, _ = io.Copy(io.Discard, client)
	})
}
