package function

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFunctionRunsSeveralServersThatShareALog(t *testing.T) {
	l := newLab(t, "servers")
	l.options.exports = exportsServer
	require.NoError(t, l.Deploy(t.Context()))
	ana, bob := welcome(t, l, "one"), welcome(t, l, "two")
	ana.send(`{"event":"say","data":"hi"}`)
	ana.expect(`{"event":"said","data":"hi"}`)
	bob.expect(`{"event":"said","data":"hi"}`)
	welcome(t, l, "three")
}

func TestAPackageThatIsNoServerIsToldWhatItMustDeclare(t *testing.T) {
	l := newLab(t, "unruly")
	l.options.exports = exportsServer
	require.Error(t, l.Deploy(t.Context()))
	require.Contains(t, l.State().Problems[0].Message, "the package must declare func New(server string, log broker.Log, everyone gateway.Emitter) (gateway.Gateway, ")
	require.Equal(t, learner, l.State().Problems[0].File)
}
