package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options says how a NATS server runs in this process.
type Options struct {
	// Dir is where it keeps everything; it belongs to this server alone.
	Dir string
	// Name of the server, one of a kind in the cluster and the same at each start. Random if empty,
	// which is for a server alone.
	Name string
	// ClientAddr and ClusterAddr are host:port. Without a host it is 127.0.0.1, and the port 0 is a
	// random one. ClusterAddr is used with Routes only.
	ClientAddr, ClusterAddr string
	// Cluster is the name of the NATS cluster, "wslab" if empty.
	Cluster string
	// Routes are the cluster addresses of the servers, host:port, in any order; this one's may be among
	// them. With none, the server is alone. JetStream needs a majority of those that were there, so
	// three servers survive the loss of one, and two survive none.
	Routes []string
	// Token is what clients and the other servers of the cluster have to present; "" lets everyone in,
	// which is for loopback and private networks only.
	Token string
	// MaxPayload bounds a message in bytes; 8 MiB if zero.
	MaxPayload int32
	// MaxStore bounds what JetStream keeps on disk, in bytes; 4 GiB if zero.
	MaxStore int64
	// SyncAlways has every message on the disk before it is acknowledged, not only with the operating
	// system. Without it, what a single machine acknowledged in the last two minutes can be lost with
	// its power; what a majority acknowledged, only with the majority's power.
	SyncAlways bool
	// Log hears of warnings and errors, and of the rest at the level debug; nil is silent.
	Log *slog.Logger
}

// Server is a NATS server in this process.
type Server struct {
	server *server.Server
	token  string
}

// Embedded starts a server and waits until its JetStream answers; of a cluster, that is when a majority
// runs. It needs no signal handlers, and sets none.
func Embedded(ctx context.Context, o Options) (*Server, error) {
	options, err := o.server()
	if err != nil {
		return nil, err
	}
	ns, err := server.NewServer(options)
	if err != nil {
		return nil, fmt.Errorf("natsbroker: embedded: %w", err)
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	ns.SetLoggerV2(logger{log}, false, false, false)
	ns.Start()
	s := &Server{server: ns, token: o.Token}
	if err := s.ready(ctx); err != nil {
		ns.Shutdown()
		ns.WaitForShutdown()
		return nil, fmt.Errorf("natsbroker: embedded: not ready: %w", err)
	}
	return s, nil
}

func (o Options) server() (*server.Options, error) {
	if o.Dir == "" {
		return nil, errors.New("natsbroker: embedded: Dir is missing")
	}
	host, port, err := address(o.ClientAddr)
	if err != nil {
		return nil, err
	}
	options := &server.Options{
		ServerName: o.Name, Host: host, Port: port, Authorization: o.Token,
		JetStream: true, StoreDir: o.Dir, JetStreamMaxStore: o.MaxStore, JetStreamMaxMemory: 64 << 20,
		SyncAlways: o.SyncAlways, MaxPayload: o.MaxPayload,
		NoSigs: true, DisableJetStreamBanner: true,
		LameDuckGracePeriod: 10 * time.Millisecond, LameDuckDuration: time.Second,
	}
	if o.MaxStore == 0 {
		options.JetStreamMaxStore = 4 << 30
	}
	if o.MaxPayload == 0 {
		options.MaxPayload = 8 << 20
	}
	options.MaxPending = 8 * int64(options.MaxPayload)
	if len(o.Routes) == 0 {
		return options, nil
	}
	return options, o.joinCluster(options)
}

func (o Options) joinCluster(options *server.Options) error {
	host, port, err := address(o.ClusterAddr)
	if err != nil {
		return err
	}
	if o.Name == "" {
		return errors.New("natsbroker: embedded: a server of a cluster needs a Name")
	}
	options.Cluster = server.ClusterOpts{Name: o.Cluster, Host: host, Port: port}
	if o.Cluster == "" {
		options.Cluster.Name = "wslab"
	}
	if port == 0 {
		options.Cluster.Port = server.RANDOM_PORT
	}
	if o.Token != "" {
		options.Cluster.Username, options.Cluster.Password = "server", o.Token
	}
	for _, route := range o.Routes {
		if _, _, err := net.SplitHostPort(route); err != nil {
			return fmt.Errorf("natsbroker: embedded: route %q: use host:port: %w", route, err)
		}
		u := &url.URL{Scheme: "nats", Host: route}
		if o.Token != "" {
			u.User = url.UserPassword("server", o.Token)
		}
		options.Routes = append(options.Routes, u)
	}
	return nil
}

func address(addr string) (host string, port int, err error) {
	if addr == "" {
		addr = ":0"
	}
	host, digits, err := net.SplitHostPort(addr)
	if err == nil {
		port, err = strconv.Atoi(digits)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("natsbroker: embedded: address %q: use host:port", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// ready waits for JetStream, which in a cluster answers once there is a leader.
func (s *Server) ready(ctx context.Context) error {
	for !s.server.ReadyForConnections(pauseMax) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	nc, err := nats.Connect("", nats.InProcessServer(s.server), nats.Token(s.token))
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	for {
		once, cancel := context.WithTimeout(ctx, pauseMax)
		_, err := js.AccountInfo(once)
		cancel()
		if err == nil {
			return nil
		}
		if !sleep(ctx, pauseMin) {
			return fmt.Errorf("%w (JetStream: %v)", ctx.Err(), err)
		}
	}
}

// ClientURL is where clients connect. It carries the token.
func (s *Server) ClientURL() string {
	u := url.URL{Scheme: "nats", Host: s.server.Addr().String()}
	if s.token != "" {
		u.User = url.User(s.token)
	}
	return u.String()
}

// ClusterAddr is the route to this server, host:port; "" where it is alone.
func (s *Server) ClusterAddr() string {
	if addr := s.server.ClusterAddr(); addr != nil {
		return addr.String()
	}
	return ""
}

// Close hands leadership to the other servers, sends clients to them, and stops; in a cluster that
// takes about a second. What is stored stays in Dir.
func (s *Server) Close() {
	s.server.LameDuckShutdown()
	s.server.WaitForShutdown()
}
