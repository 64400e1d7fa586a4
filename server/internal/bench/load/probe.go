package load

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Sample is what the server takes of its machine at one moment.
type Sample struct {
	Resident   float64 // MiB
	Goroutines float64
	Files      float64 // descriptors
	CPU        float64 // percent of one core since the sample before
}

// A Probe takes samples of a server.
type Probe struct {
	Server *Process
	at     time.Time
	cpu    time.Duration
}

// Sample takes one.
func (p *Probe) Sample(ctx context.Context) (s Sample, err error) {
	used, err := p.Server.Usage(ctx)
	if err != nil {
		return s, err
	}
	now := time.Now()
	s.Resident = used.Resident / 1024
	if !p.at.IsZero() {
		s.CPU = 100 * (used.CPU - p.cpu).Seconds() / now.Sub(p.at).Seconds()
	}
	p.at, p.cpu = now, used.CPU
	return s, p.metrics(ctx, &s)
}

// metrics reads what the server tells of itself. It counts its descriptors as /proc has them.
func (p *Probe) metrics(ctx context.Context, s *Sample) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Server.Host+"/metrics", nil)
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
	if s.Goroutines, err = metric(string(told), "go_goroutines"); err != nil {
		return err
	}
	s.Files, err = metric(string(told), "process_open_fds")
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

// Resources are what must not grow.
var Resources = []struct {
	Name string
	Of   func(Sample) float64
}{
	{"RSS MiB", func(s Sample) float64 { return s.Resident }},
	{"goroutines", func(s Sample) float64 { return s.Goroutines }},
	{"file descriptors", func(s Sample) float64 { return s.Files }},
	{"CPU %", func(s Sample) float64 { return s.CPU }},
}
