package recovery_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// A script is a client without a network: it notes what the client says, and answers as it is told.
type script struct {
	*Client
	t     *testing.T
	heard []string
	said  []Words
}

var errLost = errors.New("the connection is lost")

func newScript(t *testing.T) *script {
	s := &script{t: t}
	s.Client = NewClient(func(m Message) { s.heard = append(s.heard, fmt.Sprint(m.N)) }, func([]Line) { s.heard = append(s.heard, "loss") })
	return s
}

// connects lets the client say what it has to say. The connection is lost with the line of that number, from 1; with 0,
// when there is nothing left to say.
func (s *script) connects(lost int) {
	s.t.Helper()
	s.Resumed(s.Connected())
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	before := len(s.said)
	more := make(chan struct{})
	go func() {
		defer close(more)
		defer guard(s.t)
		_ = s.Speak(ctx, func(_ context.Context, words Words) (Receipt, error) {
			s.said = append(s.said, words)
			if n := len(s.said) - before; n == lost || n > 10 {
				return Receipt{}, errLost
			}
			return Receipt{}, nil
		})
	}()
	synctest.Wait()
	cancel()
	<-more
}

// texts are what it has said.
func (s *script) texts() string {
	var texts []string
	for _, words := range s.said {
		texts = append(texts, words.Text)
	}
	return strings.Join(texts, ", ")
}

// alone runs test with a client without a server.
func alone(t *testing.T, test func(t *testing.T, ana *script)) {
	synctest.Test(t, func(t *testing.T) {
		defer guard(t)
		test(t, newScript(t))
	})
}

func TestWhatIsSaidIsKeptUntilThereIsAConnection(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		ana.Say("hi")
		ana.Say("how are you?")
		ana.connects(0)
		require.Equal(t, "hi, how are you?", ana.texts(), "in the order in which she said it")
	})
}

func TestWhatIsNotAcknowledgedIsSaidAgain(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		for _, text := range []string{"one", "two", "three"} {
			ana.Say(text)
		}
		ana.connects(2)
		require.Equal(t, "one, two", ana.texts(), "nobody has answered two")
		ana.connects(0)
		require.Equal(t, "one, two, two, three", ana.texts(), "she goes on with two")
	})
}

func TestWhatIsAcknowledgedIsNotSaidAgain(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		ana.Say("hi")
		ana.connects(0)
		ana.connects(0)
		require.Equal(t, "hi", ana.texts())
	})
}

func TestALineKeepsItsKey(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		ana.Say("hi")
		ana.connects(1)
		ana.connects(1)
		require.Len(t, ana.said, 2, "she says it again")
		require.True(t, ana.said[0].Key == ana.said[1].Key, "said again, it has the key that it had")
	})
}

func TestNoTwoLinesHaveOneKey(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		keys := map[string]bool{}
		for _, client := range []*script{ana, newScript(t)} { // after a reload, say
			client.Say("hi")
			client.Say("hi")
			client.connects(0)
			for _, words := range client.said {
				require.NotEmpty(t, words.Key, "each line has a key")
				keys[words.Key] = true
			}
		}
		require.Len(t, keys, 4, "four lines, with one text")
	})
}

func TestHavingHeardALineAcknowledgesIt(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		ana.Say("one")
		ana.Say("two")
		ana.connects(1) // it has arrived, and the answer has not
		require.NotEmpty(t, ana.said, "she says it")
		require.NoError(t, ana.Hear(Message{N: 1, Key: ana.said[0].Key, From: "Ana", Text: "one"}))
		ana.connects(0)
		require.Equal(t, "one, two", ana.texts())
	})
}

func TestOtherPeoplesLinesAcknowledgeNothing(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		ana.Say("hi")
		require.NoError(t, ana.Hear(Message{N: 1, Key: "of Bob", From: "Bob", Text: "hello"}))
		ana.connects(0)
		require.Equal(t, "hi", ana.texts())
	})
}

func TestAMessageThatComesAgainIsHeardOnce(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		for _, n := range []int{1, 2, 2, 1, 2, 3} {
			require.NoError(t, ana.Hear(Message{N: n}), "what is old is dropped, and no error")
		}
		require.Equal(t, []string{"1", "2", "3"}, ana.heard)
		require.Equal(t, 3, ana.Connected().Heard, "where she goes on")
	})
}

func TestAGapIsNoticed(t *testing.T) {
	alone(t, func(t *testing.T, ana *script) {
		require.NoError(t, ana.Hear(Message{N: 1}))
		require.Error(t, ana.Hear(Message{N: 3}), "message 2 is missing")
		require.Equal(t, 1, ana.Connected().Heard, "where she goes on, so that she hears 2")
		for _, n := range []int{2, 3} {
			require.NoError(t, ana.Hear(Message{N: n}))
		}
		require.Equal(t, []string{"1", "2", "3"}, ana.heard)
	})
}
