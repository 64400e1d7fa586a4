package fixture_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestTheAnswerIsRight(t *testing.T) {
	require.Equal(t, 42, Answer(), "the answer to everything")
}

func TestATaskEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan bool)
		Start(done)
		<-done
	})
}

func TestItRuns(t *testing.T) { fmt.Println("running") }
