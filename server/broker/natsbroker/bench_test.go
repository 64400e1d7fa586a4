package natsbroker_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/broker/natsbroker"
)

// site is a cluster to measure: brokers that are each connected to a server of their own.
type site struct {
	name string
	open func(b *testing.B) []*natsbroker.Broker
}

var sites = []site{
	{"servers=1", func(b *testing.B) []*natsbroker.Broker {
		url := embedded(b, natsbroker.Options{}).ClientURL()
		return []*natsbroker.Broker{open(b, natsbroker.Config{Servers: []string{url}}), open(b, natsbroker.Config{Servers: []string{url}})}
	}},
	{"servers=3", func(b *testing.B) (brokers []*natsbroker.Broker) {
		for _, p := range startProcesses(b, members(b)) {
			brokers = append(brokers, open(b, natsbroker.Config{Servers: []string{p.url}, Replicas: 3}))
		}
		return brokers
	}},
}

func BenchmarkPublish(b *testing.B) {
	for _, site := range sites {
		b.Run(site.name, func(b *testing.B) {
			node := site.open(b)[0]
			for _, size := range []int{1, 64} {
				b.Run(fmt.Sprint("batch=", size), func(b *testing.B) {
					messages := make([]broker.Message, size)
					for i := range messages {
						messages[i].Data = make([]byte, 256)
					}
					for b.Loop() {
						_, err := node.Publish(b.Context(), messages...)
						require.NoError(b, err)
					}
				})
			}
		})
	}
}

// BenchmarkDelivery is from the call of Publish on one node to the delivery on another.
func BenchmarkDelivery(b *testing.B) {
	for _, site := range sites {
		b.Run(site.name, func(b *testing.B) {
			nodes := site.open(b)
			last, err := nodes[0].Last(b.Context())
			require.NoError(b, err)
			ctx, cancel := context.WithCancel(b.Context())
			heard, done := make(chan time.Time), make(chan struct{})
			go func() {
				defer close(done)
				_ = nodes[1].Read(ctx, last, func(broker.Stored) error { heard <- time.Now(); return nil })
			}()
			message := broker.Message{Data: make([]byte, 256)}
			var total time.Duration
			n := 0
			for b.Loop() {
				start := time.Now()
				arrived := make(chan time.Time, 1)
				go func() { arrived <- <-heard }()
				_, err := nodes[0].Publish(b.Context(), message)
				require.NoError(b, err)
				total += (<-arrived).Sub(start)
				n++
			}
			b.ReportMetric(float64(total.Microseconds())/float64(n), "µs/delivery")
			cancel()
			<-done
		})
	}
}

func BenchmarkReady(b *testing.B) {
	b.Run("servers=1", func(b *testing.B) {
		for b.Loop() {
			ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
			s, err := natsbroker.Embedded(ctx, natsbroker.Options{Dir: b.TempDir()})
			require.NoError(b, err)
			b.StopTimer()
			cancel()
			s.Close()
			b.StartTimer()
		}
	})
	b.Run("servers=3", func(b *testing.B) {
		for b.Loop() {
			processes := startProcesses(b, members(b))
			b.StopTimer()
			for _, p := range processes {
				p.kill()
			}
			b.StartTimer()
		}
	})
}

// BenchmarkIdle reports the heap that an embedded server with its stream, bucket and one broker has.
func BenchmarkIdle(b *testing.B) {
	for b.Loop() {
		before := heap()
		s, err := natsbroker.Embedded(b.Context(), natsbroker.Options{Dir: b.TempDir()})
		require.NoError(b, err)
		node, err := natsbroker.Open(b.Context(), natsbroker.Config{Servers: []string{s.ClientURL()}})
		require.NoError(b, err)
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		require.NoError(b, node.Close(b.Context()))
		s.Close()
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
