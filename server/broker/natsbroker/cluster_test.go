package natsbroker_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"wslab/server/broker/brokertest"
	"wslab/server/broker/natsbroker"
)

// asServer makes this test's program one server of a cluster, which a test can kill.
const asServer = "NATSBROKER_TEST_SERVER"

func TestMain(m *testing.M) {
	if options := os.Getenv(asServer); options != "" {
		os.Exit(serve(options))
	}
	os.Exit(m.Run())
}

// serve runs until its standard input ends, so that it never outlives the test.
func serve(options string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var o natsbroker.Options
	err := json.Unmarshal([]byte(options), &o)
	if err == nil {
		var s *natsbroker.Server
		if s, err = natsbroker.Embedded(ctx, o); err == nil {
			fmt.Println(s.ClientURL())
			_, _ = io.Copy(io.Discard, os.Stdin)
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// process is a server in a process of its own.
type process struct {
	name string
	url  string
	kill func()
}

func freeAddresses(t testing.TB, n int) (addresses []string) {
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { require.NoError(t, listener.Close()) }()
		addresses = append(addresses, listener.Addr().String())
	}
	return addresses
}

// members are the options of a cluster of three.
func members(t testing.TB) (all []natsbroker.Options) {
	routes := freeAddresses(t, 3)
	for i, route := range routes {
		all = append(all, natsbroker.Options{
			Dir: t.TempDir(), Name: fmt.Sprintf("server-%d", i), ClusterAddr: route, Routes: routes, Token: "secret",
		})
	}
	return all
}

func startProcesses(t testing.TB, all []natsbroker.Options) []*process {
	processes := make([]*process, len(all))
	var starting sync.WaitGroup
	for i, o := range all {
		starting.Go(func() { processes[i] = start(t, o) })
	}
	starting.Wait()
	for _, p := range processes {
		require.NotEmpty(t, p.url, "%s did not start", p.name)
	}
	return processes
}

func start(t testing.TB, o natsbroker.Options) *process {
	options, _ := json.Marshal(o)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(cmd.Environ(), asServer+"="+string(options))
	cmd.Stderr = os.Stderr
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	p := &process{name: o.Name}
	if cmd.Start() != nil {
		return p
	}
	url, _ := bufio.NewReader(stdout).ReadString('\n')
	p.url = strings.TrimSpace(url)
	p.kill = sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = stdin.Close(); _ = cmd.Wait() })
	t.Cleanup(p.kill)
	return p
}

// leader is the process that leads a stream.
func leader(t *testing.T, processes []*process, stream string) *process {
	nc, err := nats.Connect(processes[0].url)
	require.NoError(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	s, err := js.Stream(soon(t), stream)
	require.NoError(t, err)
	for _, p := range processes {
		if p.name == s.CachedInfo().Cluster.Leader {
			return p
		}
	}
	require.FailNow(t, "nobody leads")
	return nil
}

// publishing says numbered pairs until enough have been acknowledged after the kill.
type publishing struct {
	node   *natsbroker.Broker
	name   string
	killed *atomic.Bool
	acked  []string
	warm   chan struct{} // closed after some
	err    error
}

func (p *publishing) run(ctx context.Context) {
	for pair, since := 0, 0; since < 20; pair++ {
		texts := []string{fmt.Sprintf("%s-%d", p.name, 2*pair), fmt.Sprintf("%s-%d", p.name, 2*pair+1)}
		if _, p.err = p.node.Publish(ctx, brokertest.Messages(texts...)...); p.err != nil {
			return
		}
		p.acked = append(p.acked, texts...)
		if pair == 10 {
			close(p.warm)
		}
		if p.killed.Load() {
			since++
		}
	}
}

func TestNothingIsLostWithTheLeader(t *testing.T) {
	t.Parallel()
	processes := startProcesses(t, members(t))
	var killed atomic.Bool
	var all []*publishing
	var ears []*brokertest.Ear
	for i, p := range processes {
		b := open(t, natsbroker.Config{Servers: []string{p.url}, Replicas: 3, Timeout: time.Minute})
		ears = append(ears, brokertest.Listen(t, b, 0))
		all = append(all, &publishing{node: b, name: fmt.Sprint("p", i), killed: &killed, warm: make(chan struct{})})
	}
	ctx := soon(t)
	var running sync.WaitGroup
	for _, p := range all {
		running.Go(func() { p.run(ctx) })
	}
	for _, p := range all {
		<-p.warm
	}
	leader(t, processes, "wslab").kill()
	killed.Store(true)
	running.Wait()
	acked := map[string]bool{}
	for _, p := range all {
		require.NoError(t, p.err)
		for _, text := range p.acked {
			acked[text] = true
		}
	}
	brokertest.Say(t, all[0].node, "end")
	first := ears[0].Through(t, "end")
	require.Equal(t, first, ears[1].Through(t, "end"))
	require.Equal(t, first, ears[2].Through(t, "end"))
	require.Len(t, first, len(acked)+1, "nothing is doubled, nothing is lost")
	for _, text := range first[:len(first)-1] {
		require.True(t, acked[text])
		delete(acked, text)
	}
	require.Empty(t, acked)
}

func TestWhoSaysNothingOfReplicasLeavesThemAsTheyAre(t *testing.T) {
	t.Parallel()
	processes := startProcesses(t, members(t))
	servers := []string{processes[0].url}
	open(t, natsbroker.Config{Servers: servers, Replicas: 3})
	open(t, natsbroker.Config{Servers: servers})
	nc, err := nats.Connect(processes[1].url)
	require.NoError(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	for _, name := range []string{"wslab", "KV_wslab-presence"} {
		stream, err := js.Stream(soon(t), name)
		require.NoError(t, err)
		require.Equal(t, 3, stream.CachedInfo().Config.Replicas, name)
	}
}
