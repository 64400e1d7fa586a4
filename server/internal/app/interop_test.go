//go:build browser

package app_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/course"
	"wslab/server/internal/app"
)

// node plays a scenario of testdata/interop.js against a server with the conformance gateway.
func node(t *testing.T, scenario string, c app.Config) {
	t.Helper()
	c.Gateway = "conformance"
	host, stop := start(t, c)
	defer stop()
	play(t, scenario, "http://"+host)
}

// play plays a scenario against servers that run.
func play(t *testing.T, scenario string, servers ...string) {
	t.Helper()
	repo, err := course.FindRepo()
	require.NoError(t, err)
	cmd := exec.CommandContext(deadline(t), "node", append([]string{"testdata/interop.js", scenario}, servers...)...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+repo.NodeModules())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// The clients are socket.io-client and ws as npm has them.

func TestSocketIOConnectsWithAuth(t *testing.T) { node(t, "auth", app.Config{}) }

func TestSocketIOIsRefusedAndMayTryAgainOnTheSameConnection(t *testing.T) {
	node(t, "refusal", app.Config{})
}

func TestSocketIOHearsEvents(t *testing.T) { node(t, "events", app.Config{}) }

func TestSocketIOGetsAcksBothWaysAndNoneForAFailure(t *testing.T) { node(t, "acks", app.Config{}) }

func TestSocketIOSendsAndReceivesBytesOverBothTransports(t *testing.T) {
	node(t, "binary", app.Config{})
}

func TestSocketIOJoinsSeveralNamespacesOnOneConnection(t *testing.T) {
	node(t, "namespaces", app.Config{Open: true})
}

func TestSocketIOReconnectsAfterACutWithANewID(t *testing.T) { node(t, "reconnection", app.Config{}) }

func TestSocketIORecoversItsConnectionOnAnotherServer(t *testing.T) {
	one, two := sharing(t, "conformance")
	play(t, "recovery", "http://"+one, "http://"+two)
}

func TestSocketIOPolls(t *testing.T) { node(t, "polling", app.Config{}) }

func TestSocketIOUpgradesAndNothingIsLostOrOvertaken(t *testing.T) { node(t, "upgrade", app.Config{}) }

func TestSocketIOIsThrownOutOverBothTransports(t *testing.T) { node(t, "kick", app.Config{}) }

func TestTheOthersHearWhyAClientOfSocketIOLeft(t *testing.T) { node(t, "reasons", app.Config{}) }

func TestTwoHundredClientsOfSocketIOHearEveryBroadcastOnceAndInOrder(t *testing.T) {
	node(t, "crowd", app.Config{Unlimited: true})
}

func TestSocketIOAndRawClientsShareOneGateway(t *testing.T) { node(t, "formats", app.Config{}) }

func TestTheClientsOwnWordsForAnEndAreThoseOfTheReference(t *testing.T) {
	node(t, "ends", app.Config{})
}
