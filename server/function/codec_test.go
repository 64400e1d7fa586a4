package function

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
	"wslab/server/function/wasi"
	"wslab/server/gateway"
)

// coding returns a lab whose function brings its own codec.
func coding(t *testing.T) *lab {
	t.Helper()
	l := newLab(t, "codec")
	l.options.exports = exportsCodec
	require.NoError(t, l.Deploy(t.Context()))
	return l
}

func (l *lab) reads(text string) (frame.SocketIO, error) {
	ctx, cancel := context.WithTimeout(l.t.Context(), deadline)
	defer cancel()
	return l.Decode(ctx, text)
}

func (l *lab) writes(p frame.SocketIO) (string, error) {
	ctx, cancel := context.WithTimeout(l.t.Context(), deadline)
	defer cancel()
	return l.Encode(ctx, p)
}

func TestAFunctionReadsAndWritesPacketsAsItsPackageDoes(t *testing.T) {
	l := coding(t)
	p, err := l.reads(`2["x","ñ"]`)
	require.NoError(t, err)
	require.Equal(t, frame.SocketIO{Type: '2', Attachments: 2, Namespace: "/", HasID: true, ID: 1<<64 - 1, Payload: `["x","ñ"]`}, p)
	text, err := l.writes(frame.SocketIO{Type: '4', Namespace: "/admin,", Payload: `{}`})
	require.NoError(t, err)
	require.Equal(t, "4/admin,{}v1", text)
}

func TestWhatTheCodecRefusesIsRefusedInItsWords(t *testing.T) {
	l := coding(t)
	_, err := l.reads("")
	require.ErrorIs(t, err, frame.ErrCodec)
	require.ErrorContains(t, err, "it is empty")
	require.Empty(t, l.State().Problems, "to refuse is no fault")
	_, err = l.reads("much")
	require.ErrorIs(t, err, frame.ErrCodec, "what would not fit into a frame ends nothing but itself")
	_, err = l.reads(strings.Repeat("x", frame.MaxPayload+1))
	require.ErrorIs(t, err, frame.ErrTooLong)
}

func TestAPanicOfTheCodecIsToldAndTheFunctionGoesOn(t *testing.T) {
	l := coding(t)
	_, err := l.reads("panic")
	require.ErrorIs(t, err, frame.ErrCodec)
	s := l.expectState(func(s State) bool { return len(s.Problems) > 0 })
	require.Equal(t, Panicked, s.Problems[0].Kind)
	require.Equal(t, learner+"/codec.go", s.Problems[0].File)
	require.Equal(t, l.lineIn(learner+"/codec.go", "errors.New(text[99:])"), s.Problems[0].Line)
	require.Contains(t, s.Problems[0].Message, "slice bounds out of range")
	require.Contains(t, s.Problems[0].Message, "(in Decode)")
	_, err = l.writes(frame.SocketIO{Type: '2', Payload: "panic"})
	require.ErrorIs(t, err, frame.ErrCodec)
	_, err = l.reads("2")
	require.NoError(t, err)
}

func TestACodecThatEndsTheProgramIsStartedAgain(t *testing.T) {
	l := coding(t)
	_, err := l.reads("exit")
	require.ErrorIs(t, err, wasi.ErrEnded, "what ends the program is not asked again")
	l.expectState(func(s State) bool { return s.Phase == Crashed })
	_, err = l.reads("2")
	require.NoError(t, err)
}

func TestALoopOfTheCodecEndsTheFunctionWithItsName(t *testing.T) {
	l := coding(t)
	_, err := l.reads("loop")
	require.ErrorIs(t, err, wasi.ErrEnded)
	s := l.expectState(func(s State) bool { return s.Phase == Crashed })
	require.Equal(t, Looping, s.Problems[0].Kind)
	require.Contains(t, s.Problems[0].Message, "Decode ran for a second")
}

func TestACodecThatWaitsForEverIsToldAndGivenUp(t *testing.T) {
	l := coding(t)
	_, err := l.reads("wait")
	require.ErrorIs(t, err, gateway.TryAgainLater)
	s := l.expectState(func(s State) bool { return len(s.Problems) > 0 })
	require.Equal(t, Blocked, s.Problems[0].Kind)
	require.Contains(t, s.Problems[0].Message, "Decode has not returned for a second")
	_, err = l.reads("2")
	require.NoError(t, err, "the others go on")
}

func TestQuestionsToTheCodecSurviveANewVersion(t *testing.T) {
	l := coding(t)
	var asking sync.WaitGroup
	stop := make(chan struct{})
	failed := make(chan error, 8)
	for i := range 8 {
		asking.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				payload := fmt.Sprint(i, "-", n, "-")
				text, err := l.writes(frame.SocketIO{Type: '2', Namespace: "/", Payload: payload})
				if err != nil || !strings.HasPrefix(text, "2/"+payload+"v") {
					failed <- fmt.Errorf("%s: %q, %w", payload, text, err)
					return
				}
			}
		})
	}
	l.editIn(learner+"/codec.go", `version = "v1"`, `version = "v2"`)
	require.NoError(t, l.Deploy(t.Context()))
	text, err := l.writes(frame.SocketIO{Type: '2'})
	require.NoError(t, err)
	require.Equal(t, "2v2", text)
	close(stop)
	asking.Wait()
	require.Empty(t, failed)
}

func TestAPackageWithoutItsCodecIsToldWhatItMustDeclare(t *testing.T) {
	l := newLab(t, "codec")
	l.options.exports = exportsCodec
	l.editIn(learner+"/codec.go", "func Encode(", "func encode(")
	require.Error(t, l.Deploy(t.Context()))
	require.Contains(t, l.State().Problems[0].Message, "the package must declare func Encode(p Packet) string")
	require.Equal(t, learner, l.State().Problems[0].File)
}

func TestAClosedFunctionHasNoCodec(t *testing.T) {
	l := coding(t)
	require.NoError(t, l.Close(t.Context(), gateway.GoingAway))
	_, err := l.reads("2")
	require.Error(t, err)
	require.NotErrorIs(t, err, frame.ErrCodec)
}
