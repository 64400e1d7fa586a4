package soak

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wslab/server/internal/bench/load"
)

// A sample is what the server takes of its machine at one moment.
type sample struct {
	resident   float64 // MiB
	goroutines float64
	files      float64 // descriptors
	cpu        float64 // percent of one core since the sample before
}

// A probe takes samples of a server.
type probe struct {
	server *load.Process
	at     time.Time
	cpu    time.Duration
}

func (p *probe) sample(ctx context.Context) (s sample, err error) {
	used, err := p.server.Usage(ctx)
	if err != nil {
		return s, err
	}
	now := time.Now()
	s.resident = used.Resident / 1024
	if !p.at.IsZero() {
		s.cpu = 100 * (used.CPU - p.cpu).Seconds() / now.Sub(p.at).Seconds()
	}
	p.at, p.cpu = now, used.CPU
	return s, p.metrics(ctx, &s)
}

// metrics reads what the server tells of itself. It counts its descriptors as /proc has them.
func (p *probe) metrics(ctx context.Context, s *sample) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.server.Host+"/metrics", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	told, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if s.goroutines, err = metric(string(told), "go_goroutines"); err != nil {
		return err
	}
	s.files, err = metric(string(told), "process_open_fds")
	return err
}

// metric reads the value of a series without labels in the text format of Prometheus.
func metric(text, name string) (float64, error) {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("the server's metrics have no %s", name)
}

// resources are what must not grow.
var resources = []struct {
	name string
	of   func(sample) float64
}{
	{"RSS MiB", func(s sample) float64 { return s.resident }},
	{"goroutines", func(s sample) float64 { return s.goroutines }},
	{"file descriptors", func(s sample) float64 { return s.files }},
	{"CPU %", func(s sample) float64 { return s.cpu }},
}
