//go:build unix

package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"
)

// asServer, in the environment, has the test's program be the server.
const asServer = "WSLAB_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A client answers no close frame by itself.
type client struct {
	net.Conn
	in io.Reader
}

// serve starts a server as a process of its own, and connects a client.
func serve(t *testing.T) (*exec.Cmd, client) {
	cmd := exec.Command(os.Args[0], "serve", "--addr", "127.0.0.1:0", "--gateway", "conformance", "--open")
	cmd.Env = append(os.Environ(), asServer+"=1", "PATH=") // without a PATH it builds no page
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	host := regexp.MustCompile(`http://([^/]+)/`).FindStringSubmatch(line)
	require.NotNil(t, host, line)
	conn, buffered, _, err := ws.Dial(t.Context(), "ws://"+host[1]+"/ws")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	if buffered != nil { // what came with the answer to the handshake
		return cmd, client{conn, buffered}
	}
	return cmd, client{conn, conn}
}

// goodbye reads up to the close frame.
func goodbye(t *testing.T, c client) ws.StatusCode {
	for {
		f, err := ws.ReadFrame(c.in)
		require.NoError(t, err)
		if f.Header.OpCode == ws.OpClose {
			code, _ := ws.ParseCloseFrameData(f.Payload)
			return code
		}
	}
}

func TestAProcessThatIsToldToStopSaysGoodbyeAndExitsWith0(t *testing.T) {
	server, conn := serve(t)
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	require.Equal(t, ws.StatusGoingAway, goodbye(t, conn))
	require.NoError(t, ws.WriteFrame(conn, ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusGoingAway, "")))))
	require.NoError(t, server.Wait())
}

func TestASecondSignalEndsTheProcessAtOnce(t *testing.T) {
	server, conn := serve(t)
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	require.Equal(t, ws.StatusGoingAway, goodbye(t, conn))
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	_ = server.Wait() // it ended by the signal
	status, ok := server.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.Equal(t, syscall.SIGTERM, status.Signal())
}
