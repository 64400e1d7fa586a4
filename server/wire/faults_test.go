package wire_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

func TestFaultsAreReadAsTheyAreWritten(t *testing.T) {
	f, err := wire.ParseFaults("seed=7, delay=200ms,up.drop=0.25,down.rate=2000,rst=3")
	require.NoError(t, err)
	require.Equal(t, wire.Faults{
		Seed: 7,
		Up:   wire.Plan{Delay: 200 * time.Millisecond, Drop: 0.25, Reset: 3},
		Down: wire.Plan{Delay: 200 * time.Millisecond, Rate: 2000, Reset: 3},
	}, f)
	require.Equal(t, "seed=7,delay=200ms,down.rate=2000,up.drop=0.25,rst=3", f.String())
	require.Empty(t, wire.Faults{}.String())
}

func TestAFaultThatCannotBeSaysWhy(t *testing.T) {
	for text, why := range map[string]string{
		"delay":         "has no value",
		"delay=11s":     "from 0s to 10s",
		"delay=-1s":     "from 0s to 10s",
		"drop=2":        "chance from 0 to 1",
		"drop=NaN":      "chance from 0 to 1",
		"rate=1":        "from 10 on",
		"fin=-1":        "from 1 on",
		"up.nothing=1":  `no fault "nothing": there are delay, jitter`,
		"seed=minus":    "no whole number",
		"up.down.fin=1": `no fault "down.fin"`,
	} {
		_, err := wire.ParseFaults(text)
		require.ErrorContains(t, err, why, text)
	}
}

func FuzzParseFaults(f *testing.F) {
	f.Add("seed=7,delay=200ms,jitter=5ms,up.drop=0.25,down.double=1,split=.5,mask=1e-3,down.rate=2000,fin=3,rst=4,half=5,stall=6")
	f.Fuzz(func(t *testing.T, text string) {
		faults, err := wire.ParseFaults(text)
		if err != nil {
			return
		}
		again, err := wire.ParseFaults(faults.String())
		require.NoError(t, err)
		require.Equal(t, faults, again)
	})
}
