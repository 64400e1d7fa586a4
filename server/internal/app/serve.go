package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

// DefaultAddr is where the server listens unless told otherwise.
const DefaultAddr = "127.0.0.1:8080"

// stopTimeout is how long a stopping server takes to finish what is queued.
const stopTimeout = 10 * time.Second

// Listen opens the server's address. Where none was given and the default's port is taken, it takes
// the next free one.
func Listen(addr string) (net.Listener, error) {
	if addr != "" {
		listener, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, fmt.Errorf("cannot listen on %s: %w; --addr 127.0.0.1:0 picks a free port", addr, err)
		}
		return listener, nil
	}
	host, port, _ := net.SplitHostPort(DefaultAddr) // a constant
	first, _ := strconv.Atoi(port)
	for p := first; p < first+100; p++ {
		if listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(p))); err == nil {
			return listener, nil
		}
	}
	return nil, fmt.Errorf("all ports from %d to %d are taken; say --addr HOST:PORT", first, first+99)
}

// announce says where the server listens, and loudly where others can reach it.
func announce(out io.Writer, listening net.Addr) {
	fmt.Fprintf(out, "wslab listens on %s\n", homePage(listening))
	if tcp, ok := listening.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		fmt.Fprintf(out, "WARNING: other machines can reach this server. It runs code from this folder.\n")
	}
}

// homePage returns the address of the home page.
func homePage(listening net.Addr) string { return "http://" + listening.String() + "/" }

// Serve answers on listener until ctx ends, and then stops gracefully: clients hear what is queued and 1001 "going
// away", for at most 10 seconds. Meanwhile requests are still answered: /healthz with 503 "draining", as new
// connections are, and the polls that fetch what is left.
func (a *App) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute, // between requests; it ends no poll and no WebSocket
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	timeout := cmp.Or(a.config.StopTimeout, stopTimeout)
	slog.Info("the server stops", "patience", timeout)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	a.Close(ctx)
	if ctx.Err() != nil {
		slog.Warn("some clients did not take what was queued for them in time")
	}
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}
