package soak

import (
	"slices"
	"time"
)

// growth is by how much the last third of a run may take more than the first, both after warm-up: medians.
const growth = 1.1

// warmUp is how much of a run is not judged: a minute, or the first quarter of a shorter one.
func warmUp(whole time.Duration) time.Duration { return min(time.Minute, whole/4) }

// Verdicts on a resource.
const (
	flat     = "flat"
	growing  = "GROWING"
	tooShort = "too short to say"
)

// judge says whether a resource grows, from samples after warm-up.
func judge(samples []float64) string {
	third := len(samples) / 3
	if third == 0 {
		return tooShort
	}
	if median(samples[len(samples)-third:]) <= growth*median(samples[:third]) {
		return flat
	}
	return growing
}

// median is 0 of nothing.
func median(samples []float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
