// Package handler is the guest of a raw handler: a program that serves one http.Handler on the listener
// that its host has given it. A generated main calls [Run]; a learner's code never imports this package.
// It is apart from package guest because net/http doubles what a build has to link.
package handler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"wslab/server/function/frame"
	"wslab/server/function/guest/preempt"
)

const (
	// maxStack is how much of a stack the host is told: the learner's code is near its top.
	maxStack = 32 << 10
	// headerTimeout is how long a request's header may take.
	headerTimeout = 10 * time.Second
)

// A session serves the handler's requests and speaks with the host.
type session struct {
	handler http.Handler
	begun   sync.WaitGroup // requests whose handler has not returned; one more until the host lets go
	release sync.Once

	writing sync.Mutex
	stream  io.Writer

	mu    sync.Mutex
	last  uint32           // the last token
	conns map[uint32]*conn // of the handlers that run, by their tokens
}

// serve serves the handler on l, until the host says over its stream that all is over.
func serve(stream io.ReadWriter, l net.Listener, handler http.Handler) error {
	s := &session{handler: handler, stream: stream, conns: make(map[uint32]*conn)}
	s.begun.Add(1)
	if runtime.GOOS == "wasip1" { // elsewhere nothing has preemption points
		preempt.Watch(s.name, endless)
	}
	server := &http.Server{Handler: s, ConnContext: withConn, ReadHeaderTimeout: headerTimeout, ErrorLog: log.Default()}
	defer server.Close()
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener{l}) }()
	go func() { failed <- s.listen(stream) }()
	s.send(frame.JSON(frame.Ready, 0, frame.Greeting{}))
	return <-failed
}

// connKey is the key of a request's connection in its context.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// ServeHTTP implements [http.Handler]. A panic ends the connection, also one that the handler has taken
// over, which net/http would leave open; and the host is told.
func (s *session) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.begun.Add(1)
	defer s.begun.Done()
	c, _ := r.Context().Value(connKey{}).(*conn)
	token := s.begin(c)
	defer s.end(token)
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v != http.ErrAbortHandler {
			s.report(v, string(debug.Stack()))
		}
		_ = c.Close()
		panic(http.ErrAbortHandler) // for which net/http does the rest in silence
	}()
	calling(token, s.handler, w, r)
}

func (s *session) report(v any, stack string) {
	s.send(frame.JSON(frame.Panicked, 0, frame.Panic{
		What:    "Handler",
		Message: fmt.Sprintf("panic: %v", v),
		Stack:   stack[:min(len(stack), maxStack)],
	}))
}

var errStopped = errors.New("the host stopped the guest")

// listen does what the host says, until the end of its stream or of everything.
func (s *session) listen(stream io.Reader) error {
	var decoder frame.Decoder
	buffer := make([]byte, 4<<10)
	for {
		n, err := stream.Read(buffer)
		if failed := decoder.Decode(buffer[:n], s.obey); failed != nil {
			return failed
		}
		if err != nil {
			return fmt.Errorf("the host's stream ended: %w", err)
		}
	}
}

func (s *session) obey(f frame.Frame) error {
	switch f.Kind {
	case frame.Drain:
		go func() {
			s.finish()
			s.send(frame.Frame{Kind: frame.Drain})
		}()
		return nil
	case frame.Stop:
		s.finish()
		return errStopped
	}
	return fmt.Errorf("the host sent a frame of kind %q", f.Kind)
}

// finish waits until every handler has returned: nothing new comes.
func (s *session) finish() {
	s.release.Do(s.begun.Done)
	s.begun.Wait()
}

func (s *session) send(f frame.Frame) {
	s.writing.Lock()
	defer s.writing.Unlock()
	_, _ = s.stream.Write(f.Append(nil)) // a host that does not listen has ended this program
}
