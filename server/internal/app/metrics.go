package app

import (
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wslab/server/gateway"
)

// The states of an open connection.
const (
	stranger = "unauthenticated"
	known    = "authenticated"
)

// metrics are what /metrics tells. Labels have few values, none of which a client chooses.
type metrics struct {
	registry     *prometheus.Registry
	connections  *prometheus.GaugeVec   // by transport and state
	accepted     *prometheus.CounterVec // by transport
	refused      *prometheus.CounterVec // by reason
	disconnected *prometheus.CounterVec // by code
	received     *prometheus.CounterVec // by transport
	sent         *prometheus.CounterVec // by transport
	handshakes   *prometheus.HistogramVec
	lifetimes    *prometheus.HistogramVec
	by           map[string]series // by transport, so that a client does not look up each of its own
}

// series are the metrics of one transport.
type series struct {
	strangers, known      prometheus.Gauge
	accepted              prometheus.Counter
	handshakes, lifetimes prometheus.Observer
	traffic               *traffic
}

// newMetrics returns the metrics of a server, in which functions tells how many learners' gateways run.
func newMetrics(functions func() float64) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), by: make(map[string]series)}
	m.connections = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "wslab_connections", Help: "Open connections.",
	}, []string{"transport", "state"})
	m.accepted = counter("wslab_connections_accepted_total", "Connections that were opened.", "transport")
	m.refused = counter("wslab_connections_refused_total", "Connections that were refused before they were open.", "reason")
	m.disconnected = counter("wslab_disconnects_total", "Connections that ended, by the code that the gateway saw.", "code")
	m.received = counter("wslab_messages_received_total", "Messages that clients sent; of Socket.IO its packets, heartbeats among them.", "transport")
	m.sent = counter("wslab_messages_sent_total", "Messages that were given to connections to be sent, counted likewise.", "transport")
	m.handshakes = histogram("wslab_handshake_duration_seconds", "From a client's request until it was let in; its own time to authenticate is part of it.",
		.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5)
	m.lifetimes = histogram("wslab_connection_duration_seconds", "How long connections lasted, handshake included.",
		.1, 1, 10, 60, 300, 900, 3600, 4*3600, 24*3600)
	m.registry.MustRegister(
		m.connections, m.accepted, m.refused, m.disconnected, m.received, m.sent, m.handshakes, m.lifetimes,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "wslab_lesson_functions_running", Help: "Learners' gateways that answer clients.",
		}, functions),
		buildInfo(), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.begin()
	return m
}

// begin makes every series, so that the first event of a kind is seen as an increase.
func (m *metrics) begin() {
	for _, transport := range []string{raw, socketIO} {
		m.by[transport] = series{
			strangers:  m.connections.WithLabelValues(transport, stranger),
			known:      m.connections.WithLabelValues(transport, known),
			accepted:   m.accepted.WithLabelValues(transport),
			handshakes: m.handshakes.WithLabelValues(transport),
			lifetimes:  m.lifetimes.WithLabelValues(transport),
			traffic:    &traffic{m.received.WithLabelValues(transport), m.sent.WithLabelValues(transport)},
		}
	}
	for _, why := range rejections {
		m.refused.WithLabelValues(why.reason)
	}
	for code := range phrases {
		m.disconnected.WithLabelValues(codeOf(gateway.Disconnect{Code: code}))
	}
}

func counter(name, help, label string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
}

func histogram(name, help string, buckets ...float64) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{"transport"})
}

// buildInfo is 1, with what the program was built from as labels.
func buildInfo() prometheus.Collector {
	labels := prometheus.Labels{"version": "", "revision": "", "goversion": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		labels["version"] = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				labels["revision"] = s.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "wslab_build_info", Help: "What this program was built from.", ConstLabels: labels,
	}, func() float64 { return 1 })
}

func (m *metrics) opened(p *peer) {
	of := m.by[p.transport]
	of.strangers.Inc()
	of.accepted.Inc()
}

func (m *metrics) authenticated(p *peer) {
	of := m.by[p.transport]
	of.strangers.Dec()
	of.known.Inc()
	of.handshakes.Observe(time.Since(p.began).Seconds())
}

func (m *metrics) ended(p *peer, why gateway.Disconnect) {
	of := m.by[p.transport]
	if p.state == known {
		of.known.Dec()
	} else {
		of.strangers.Dec()
	}
	of.lifetimes.Observe(time.Since(p.began).Seconds())
	m.disconnected.WithLabelValues(codeOf(why)).Inc()
}

// handler serves the metrics to this machine, or to everybody where they are open. No other page's script can
// read them.
func (m *metrics) handler(open bool) http.Handler {
	tell := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		if !open && !local(r) {
			http.Error(w, "metrics are for this machine; start the server with --metrics to open them", http.StatusForbidden)
			return
		}
		tell.ServeHTTP(w, r)
	})
}

// local reports whether this machine asks for itself: not a proxy for somebody else, nor a page whose host's name
// has been made to point here.
func local(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !remote.Addr().Unmap().IsLoopback() {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
