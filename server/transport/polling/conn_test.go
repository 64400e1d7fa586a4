package polling_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/polling"
)

func TestWhatWaitsGoesTogetherAndBinaryAsBase64(t *testing.T) {
	begun(t, func(s *site) {
		s.write("a", "b")
		require.NoError(s, s.session.Write(transport.Message{Binary: true, Data: []byte{1, 2, 3, 4}}))
		require.Equal(s, "4a\x1e4b\x1ebAQIDBA==", s.poll().Body.String())
	})
}

func TestAPollThatWaitsIsAnsweredByWhatIsWritten(t *testing.T) {
	begun(t, func(s *site) {
		answer := s.waits(s.Context())
		s.write("at last", "and this")
		require.Equal(s, "4at last\x1e4and this", (<-answer).Body.String())
	})
}

func TestAPollThatWaitsIsAnsweredByAPing(t *testing.T) {
	begun(t, func(s *site) {
		start := time.Now()
		require.Equal(s, "2", s.poll().Body.String())
		require.Equal(s, 25*time.Second, time.Since(start))
		require.Equal(s, "ok", s.post("3").Body.String())
		require.Equal(s, "2", s.poll().Body.String())
		require.Equal(s, 50*time.Second, time.Since(start))
	})
}

func TestAClientThatPollsAndDoesNotAnswerItsPingIsGivenUp(t *testing.T) {
	begun(t, func(s *site) {
		s.poll()
		require.Equal(s, "6", s.poll().Body.String())
		s.gone(gateway.PingTimeout)
	})
}

func TestAClientThatDoesNotPollIsGivenUp(t *testing.T) {
	begun(t, func(s *site) {
		start := time.Now()
		require.Equal(s, gateway.PingTimeout, <-s.end)
		require.Equal(s, 45*time.Second, time.Since(start))
	})
}

func TestAPostBringsSeveralPackets(t *testing.T) {
	begun(t, func(s *site) {
		w := s.post("4a\x1ebAQIDBA==\x1e4\x1e4ü")
		require.Equal(s, "ok", w.Body.String())
		require.Equal(s, "text/html", w.Header().Get("Content-Type"))
		for _, want := range []transport.Message{{Data: []byte("a")}, {Binary: true, Data: []byte{1, 2, 3, 4}}, {Data: []byte("")}, {Data: []byte("ü")}} {
			got := <-s.heard
			require.Equal(s, want.Binary, got.Binary)
			require.Equal(s, string(want.Data), string(got.Data))
		}
	})
}

func TestAPostIsAnsweredOnceAllItBroughtHasBeenRead(t *testing.T) {
	visit(t, polling.Options{}, func(s *site) {
		s.deaf = true
		s.begin()
		answer := make(chan *httptest.ResponseRecorder, 1)
		go func() { answer <- s.post("4a\x1e4b") }()
		for range 2 {
			synctest.Wait()
			require.Empty(s, answer)
			_, err := s.session.Read(s.Context())
			require.NoError(s, err)
		}
		require.Equal(s, "ok", (<-answer).Body.String())
	})
}

func TestASecondPollEndsTheSession(t *testing.T) {
	begun(t, func(s *site) {
		first := s.waits(s.Context())
		s.refused(s.poll(), 400, `{"code":3,"message":"Bad request"}`)
		require.Equal(s, "1", (<-first).Body.String())
		s.gone(engineio.TransportError)
	})
}

func TestASecondPostAtATimeEndsTheSession(t *testing.T) {
	visit(t, polling.Options{}, func(s *site) {
		s.deaf = true
		s.begin()
		first := make(chan *httptest.ResponseRecorder, 1)
		go func() { first <- s.post("4a") }()
		synctest.Wait()
		s.refused(s.post("4b"), 400, `{"code":3,"message":"Bad request"}`)
		<-first
		_, err := s.session.Read(s.Context())
		require.Equal(s, engineio.TransportError, err)
	})
}

func TestAClientThatGivesItsPollUpLosesItsSession(t *testing.T) { // and not what the poll would have brought
	begun(t, func(s *site) {
		ctx, cancel := context.WithCancel(s.Context())
		answer := s.waits(ctx)
		cancel()
		require.Empty(s, (<-answer).Body.String())
		s.gone(engineio.TransportClose)
		require.Error(s, s.session.Write(transport.Message{Data: []byte("nobody is told that this arrived")}))
	})
}

func TestAPollThatIsGivenUpBeforeItIsAnsweredTakesNothing(t *testing.T) {
	begun(t, func(s *site) {
		s.write("this would be lost")
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		require.Empty(s, s.askWith(ctx, "GET", s.own(), "").Body.String())
		require.Equal(s, engineio.TransportClose, <-s.end)
	})
}

// A deadEnd is the answer to a client that has gone.
type deadEnd struct{ *httptest.ResponseRecorder }

func (deadEnd) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAnAnswerThatCannotBeWrittenEndsTheSession(t *testing.T) { // what was in it is lost
	for _, text := range []string{"short", strings.Repeat("long enough to be compressed", 100)} {
		begun(t, func(s *site) {
			s.write(text)
			s.handler.ServeHTTP(deadEnd{httptest.NewRecorder()}, request(s.Context(), "GET", s.own(), "", "Accept-Encoding", "gzip"))
			s.gone(engineio.TransportClose)
		})
	}
}

func TestAnEndedSessionSaysSoAfterAllThatWaits(t *testing.T) {
	begun(t, func(s *site) {
		s.write("goodbye")
		closed := make(chan error, 1)
		go func() { closed <- s.session.Close(gateway.GoingAway.Code, gateway.GoingAway.Reason) }()
		synctest.Wait()
		require.Empty(s, closed, "the client has not been told")
		require.Equal(s, "4goodbye\x1e1", s.poll().Body.String())
		require.NoError(s, <-closed)
		s.gone(gateway.GoingAway)
	})
}

func TestWhoDoesNotPollIsNotWaitedForLongerThanFiveSeconds(t *testing.T) {
	begun(t, func(s *site) {
		start := time.Now()
		require.NoError(s, s.session.Close(gateway.GoingAway.Code, gateway.GoingAway.Reason))
		require.Equal(s, 5*time.Second, time.Since(start))
		s.gone(gateway.GoingAway)
	})
}

func TestAClientThatSaysGoodbyeHasItsPollAnswered(t *testing.T) {
	begun(t, func(s *site) {
		answer := s.waits(s.Context())
		require.Equal(s, "ok", s.post("1").Body.String())
		require.Equal(s, "6", (<-answer).Body.String())
		require.Equal(s, engineio.TransportClose, <-s.end)
	})
}

func TestAPollThatMeetsItsClientsGoodbyeIsAnsweredOnce(t *testing.T) {
	begun(t, func(s *site) {
		s.post("1")
		require.Equal(s, engineio.TransportClose, <-s.end)
		synctest.Wait()
		require.Equal(s, "6", s.poll().Body.String())
		s.refused(s.poll(), 400, `{"code":1,"message":"Session ID unknown"}`)
	})
}

func TestWriteWaitsWhileSixtyFourKibibytesDo(t *testing.T) {
	begun(t, func(s *site) {
		long := strings.Repeat("x", 64<<10)
		s.write(long)
		written := make(chan error, 1)
		go func() { written <- s.session.Write(transport.Message{Data: []byte("after it")}) }()
		synctest.Wait()
		require.Empty(s, written)
		require.Equal(s, "4"+long, s.poll().Body.String())
		require.NoError(s, <-written)
		require.Equal(s, "4after it", s.poll().Body.String())
	})
}

func TestTheEndOfASessionFreesWhoWritesAndWhoPosts(t *testing.T) {
	visit(t, polling.Options{}, func(s *site) {
		s.deaf = true
		s.begin()
		s.write(strings.Repeat("x", 64<<10))
		written, answer := make(chan error, 1), make(chan *httptest.ResponseRecorder, 1)
		go func() { written <- s.session.Write(transport.Message{Data: []byte("after it")}) }()
		go func() { answer <- s.post("4hi") }()
		synctest.Wait()
		require.NoError(s, s.session.Close(gateway.ConnectionLost.Code, ""))
		require.Error(s, <-written)
		<-answer
	})
}
