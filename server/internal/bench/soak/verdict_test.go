package soak

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAResourceIsFlatWhileItsLastThirdIsAboutItsFirst(t *testing.T) {
	require.Equal(t, flat, judge([]float64{100, 100, 100, 105, 105, 105, 110, 110, 110}))
	require.Equal(t, flat, judge([]float64{100, 90, 80}))
	require.Equal(t, flat, judge([]float64{0, 0, 0}))
}

func TestAResourceGrowsWhenItsLastThirdIsMore(t *testing.T) {
	require.Equal(t, growing, judge([]float64{100, 100, 100, 105, 105, 105, 111, 111, 111}))
	require.Equal(t, growing, judge([]float64{0, 0, 1}))
}

func TestOnePeakIsNoGrowth(t *testing.T) {
	require.Equal(t, flat, judge([]float64{100, 100, 100, 100, 100, 100, 100, 900, 100}))
}

func TestTwoSamplesSayNothing(t *testing.T) {
	require.Equal(t, tooShort, judge([]float64{1, 2}))
}

func TestWarmUpIsAMinuteOrAQuarter(t *testing.T) {
	require.Equal(t, time.Minute, warmUp(10*time.Minute))
	require.Equal(t, 30*time.Second, warmUp(2*time.Minute))
}
