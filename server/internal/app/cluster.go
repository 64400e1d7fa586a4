package app

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"wslab/server/broker"
	"wslab/server/broker/natsbroker"
	"wslab/server/chat"
	"wslab/server/cluster"
	"wslab/server/gateway"
)

// Cluster is what a server shares with others.
type Cluster struct {
	Broker broker.Broker
	Key    []byte // with which clients' secrets are signed
	Node   string // this server's name, of letters and digits
}

// clusterTimeout is how long a server may take to find its cluster.
const clusterTimeout = 30 * time.Second

// leaveTimeout is how long a server that stops waits for what its clients said last to be stored, and then for the
// others to hear that it goes.
const leaveTimeout = 3 * time.Second

// share makes the main gateway one with those of the cluster's other servers.
func (a *App) share(ctx context.Context) error {
	c := a.config.Cluster
	if c.Broker == nil {
		return nil
	}
	if a.custom != nil {
		return errors.New("--open is for one server alone")
	}
	ctx, cancel := context.WithTimeout(ctx, clusterTimeout)
	defer cancel()
	node, err := cluster.Join(ctx, c.Broker, a.main.(*gateway.Namespace), cluster.Options{Key: c.Key})
	if err != nil {
		return err
	}
	a.leave = func() {
		ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
		defer cancel()
		node.Close(ctx)
		if a.roster != nil {
			a.roster.Close()
		}
	}
	if a.roster == nil {
		return nil
	}
	if err := a.roster.Complete(ctx); err != nil { // else who comes would not hear of all who are here
		a.leave()
		return err
	}
	return nil
}

// newChat returns the chat, of one server or of several.
func (a *App) newChat() *gateway.Namespace {
	b := a.config.Cluster.Broker
	if b == nil {
		return gateway.NewNamespace(chat.New)
	}
	return gateway.NewNamespace(chat.Shared(func(changed func(string, []byte)) chat.Roster {
		a.roster = cluster.NewRoster(b, changed)
		return a.roster
	}))
}

// clusterOptions are the flags of a server that is not alone.
type clusterOptions struct {
	servers  []string // URLs of NATS
	embedded bool
	memory   bool
	nats     natsbroker.Options
	config   natsbroker.Config
}

func clusterFlags(set *flag.FlagSet, o *clusterOptions) {
	set.Func("cluster", "share the gateway with other servers, over the NATS at this `URL`; or 'embedded': this process runs one; or 'memory': it is alone, and remembers what clients miss that come back; may be repeated", func(url string) error {
		o.memory = url == "memory"
		switch url {
		case "memory":
		case "embedded":
			o.embedded = true
		default:
			o.servers = append(o.servers, url)
		}
		return nil
	})
	set.Func("node", "`NAME` of this server in its cluster, one of a kind and the same at each start: letters and digits (default: its address)", func(name string) error {
		if o.config.Node = name; nodeName(name) != "s"+name || name == "" {
			return errors.New("it takes letters and digits")
		}
		return nil
	})
	set.IntVar(&o.config.Replicas, "replicas", 0, "how many servers of NATS store each message: 1, 3 or 5 (default: as it is, at first 1)")
	set.StringVar(&o.nats.ClientAddr, "nats-addr", "127.0.0.1:4222", "where the embedded NATS listens, `HOST:PORT`")
	set.StringVar(&o.nats.ClusterAddr, "nats-cluster-addr", "127.0.0.1:6222", "where the embedded NATS listens for others, `HOST:PORT`; used with --nats-route")
	set.Func("nats-route", "embedded NATS of another server, `HOST:PORT` of its --nats-cluster-addr; may be repeated", func(route string) error {
		o.nats.Routes = append(o.nats.Routes, route)
		return nil
	})
	set.StringVar(&o.nats.Token, "nats-token", "", "what servers present to the embedded NATS")
	set.StringVar(&o.nats.Dir, "nats-dir", "", "`FOLDER` of what the embedded NATS stores (default .bin/nats/NODE)")
}

// check says which flags do not go together: otherwise a server would wait for nothing, or be alone unnoticed.
func (o *clusterOptions) check() error {
	alone := !o.embedded && len(o.servers) == 0
	needs := "'embedded', or the URL of NATS"
	ofEmbedded := len(o.nats.Routes) > 0 || o.nats.Token != "" || o.nats.Dir != ""
	switch replicas := o.config.Replicas; {
	case replicas != 0 && replicas != 1 && replicas != 3 && replicas != 5:
		return fmt.Errorf("--replicas %d: it takes 1, 3 or 5", replicas)
	case alone && (o.config.Node != "" || replicas > 1 || ofEmbedded):
		return errors.New("the flags of a cluster need --cluster, too: " + needs)
	case o.memory && !alone:
		return errors.New("--cluster memory is for a server alone: the others take " + needs)
	case !o.embedded && ofEmbedded:
		return errors.New("--nats-route, --nats-token and --nats-dir are for --cluster embedded; a token for another NATS is in its URL, nats://TOKEN@HOST:PORT")
	case len(o.nats.Routes) > 0 && o.config.Node == "":
		return errors.New("--nats-route needs --node: each server of NATS has a name of its own")
	case o.embedded && replicas > 1 && len(o.nats.Routes) == 0:
		return fmt.Errorf("--replicas %d needs as many servers of NATS: say --nats-route for each", replicas)
	}
	return nil
}

// join finds the cluster, if the flags name one. Leave ends the server's part in it.
func (o *clusterOptions) join(ctx context.Context, root, addr string) (c Cluster, leave func(), err error) {
	if err := o.check(); err != nil {
		return Cluster{}, nil, err
	}
	switch {
	case o.memory:
		return Remembering(nodeName(addr)), func() {}, nil
	case !o.embedded && len(o.servers) == 0:
		return Cluster{}, func() {}, nil
	}
	slog.Info("the server looks for its cluster", "patience", clusterTimeout)
	ctx, cancel := context.WithTimeout(ctx, clusterTimeout)
	defer cancel()
	if o.config.Node == "" {
		o.config.Node = nodeName(addr)
	}
	stop := func() {}
	if o.embedded {
		if stop, err = o.embed(ctx, root); err != nil {
			return Cluster{}, nil, err
		}
	}
	o.config.Servers, o.config.Log = append(o.servers, o.config.Servers...), slog.Default()
	b, err := natsbroker.Open(ctx, o.config)
	if err != nil {
		stop()
		return Cluster{}, nil, err
	}
	leave = func() {
		ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
		defer cancel()
		_ = b.Close(ctx) // the others notice after a while
		stop()
	}
	key, err := b.Secret(ctx)
	if err != nil {
		leave()
		return Cluster{}, nil, err
	}
	return Cluster{Broker: b, Key: key, Node: o.config.Node}, leave, nil
}

// Remembering is the cluster of a server that is alone. Who comes back to it misses nothing, as long as it lives.
func Remembering(node string) Cluster {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return Cluster{Broker: broker.NewMemory().Node(node), Key: key, Node: node}
}

// embed runs a NATS in this process.
func (o *clusterOptions) embed(ctx context.Context, root string) (stop func(), err error) {
	o.nats.Name, o.nats.Log = o.config.Node, slog.Default()
	if o.nats.Dir == "" {
		o.nats.Dir = filepath.Join(root, ".bin", "nats", o.config.Node)
	}
	if host, _, _ := net.SplitHostPort(o.nats.ClientAddr); o.nats.Token == "" && !loopback(host) {
		slog.Warn("other machines can reach this NATS, and with it read and forge all that is said: say --nats-token", "addr", o.nats.ClientAddr)
	}
	server, err := natsbroker.Embedded(ctx, o.nats)
	switch {
	case err != nil && ctx.Err() == nil:
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w; is the port of --nats-addr taken? Other servers on this machine share this one: --cluster nats://%s", err, o.nats.ClientAddr)
	}
	o.config.Servers = []string{server.ClientURL()}
	slog.Info("NATS runs in this process", "url", "nats://"+o.nats.ClientAddr, "folder", o.nats.Dir)
	return server.Close, nil
}

// loopback reports whether a host is this machine alone. NATS takes none for that.
func loopback(host string) bool {
	return host == "" || host == "localhost" || net.ParseIP(host).IsLoopback()
}

// nodeName makes a name of an address: letters and digits.
func nodeName(addr string) string {
	name := []byte("s")
	for _, c := range []byte(addr) {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			name = append(name, c)
		}
	}
	return string(name)
}
