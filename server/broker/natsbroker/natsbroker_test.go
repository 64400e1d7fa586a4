package natsbroker_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/broker/brokertest"
	"wslab/server/broker/natsbroker"
)

const timeout = 3 * time.Second

// soon bounds what has to happen.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func embedded(t testing.TB, o natsbroker.Options) *natsbroker.Server {
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := natsbroker.Embedded(soon(t), o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func open(t testing.TB, c natsbroker.Config) *natsbroker.Broker {
	if c.Timeout == 0 {
		c.Timeout = timeout
	}
	b, err := natsbroker.Open(soon(t), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Close(ctx) // a test may have ended its server
	})
	return b
}

// node reaches NATS through a line of its own.
type node struct {
	*natsbroker.Broker
	*line
}

func TestNATSKeepsTheContract(t *testing.T) {
	t.Parallel()
	server := embedded(t, natsbroker.Options{})
	var clusters atomic.Int32
	for _, contract := range brokertest.Contracts {
		t.Run(contract.Name, func(t *testing.T) {
			t.Parallel()
			name := fmt.Sprintf("cluster-%d", clusters.Add(1))
			contract.Test(t, brokertest.Cluster{
				Timeout: timeout,
				Node: func(n string) brokertest.Node {
					line := newLine(t, server.ClientURL())
					return node{open(t, natsbroker.Config{
						Servers: []string{line.url}, Name: name, Node: n, MaxBytes: 256 << 10,
					}), line}
				},
			})
		})
	}
}

func TestWhoClosesIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	server := embedded(t, natsbroker.Options{})
	config := natsbroker.Config{Servers: []string{server.ClientURL()}, Timeout: time.Hour}
	leaving, staying := open(t, config), open(t, config)
	require.NoError(t, leaving.Set(soon(t), "ana", nil))
	eye := brokertest.Watch(t, staying)
	eye.Sees(t, "ana", "")
	eye.Sees(t, "", "")
	require.NoError(t, leaving.Close(soon(t)))
	eye.Sees(t, "ana", "-")
	_, err := leaving.Publish(soon(t), brokertest.Messages("1")...)
	require.ErrorContains(t, err, "closed")
}

func TestWhatIsStoredOutlivesTheServer(t *testing.T) {
	t.Parallel()
	o := natsbroker.Options{Dir: t.TempDir(), Token: "secret?/@"}
	first := embedded(t, o)
	line := newLine(t, first.ClientURL())
	b := open(t, natsbroker.Config{Servers: []string{line.url}})
	require.NoError(t, b.Set(soon(t), "ana", []byte("1")))
	eye := brokertest.Watch(t, b)
	eye.Sees(t, "ana", "1")
	eye.Sees(t, "", "")
	ear := brokertest.Listen(t, b, 0)
	brokertest.Say(t, b, "1", "2")
	require.Equal(t, []string{"1", "2"}, ear.Texts(t, 2))
	first.Close()

	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := b.Publish(ctx, brokertest.Messages("3")...)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	line.redirect(embedded(t, o).ClientURL())
	brokertest.Say(t, b, "2", "3")
	require.Equal(t, []string{"3"}, ear.Texts(t, 1))
	require.NoError(t, b.Set(soon(t), "ben", nil))
	eye.Sees(t, "ben", "") // and ana has not been away
}

func TestALogThatBeganAnewIsSaid(t *testing.T) {
	t.Parallel()
	first := embedded(t, natsbroker.Options{})
	line := newLine(t, first.ClientURL())
	b := open(t, natsbroker.Config{Servers: []string{line.url}})
	ear := brokertest.Listen(t, b, 0)
	brokertest.Say(t, b, "1")
	ear.Texts(t, 1)
	second := embedded(t, natsbroker.Options{})
	brokertest.Say(t, open(t, natsbroker.Config{Servers: []string{second.ClientURL()}}), "a", "b")
	first.Close()
	line.redirect(second.ClientURL())
	require.ErrorIs(t, ear.End(t), broker.ErrTrimmed)
}

func TestWhoHearsThatALogBeganAnewReadsTheNewOne(t *testing.T) {
	t.Parallel()
	server := embedded(t, natsbroker.Options{})
	b := open(t, natsbroker.Config{Servers: []string{server.ClientURL()}})
	brokertest.Say(t, b, "old")
	nc, err := nats.Connect(server.ClientURL())
	require.NoError(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	require.NoError(t, js.DeleteStream(soon(t), "wslab"))
	open(t, natsbroker.Config{Servers: []string{server.ClientURL()}}) // makes it again
	brokertest.Say(t, b, "new")
	require.Equal(t, []string{"new"}, brokertest.Listen(t, b, 0).Through(t, "new"))
}

func TestWhatNATSCannotTakeIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	server := embedded(t, natsbroker.Options{MaxPayload: 4096})
	b := open(t, natsbroker.Config{Servers: []string{server.ClientURL()}})
	_, err := b.Publish(soon(t), broker.Message{Data: make([]byte, 5000)})
	require.ErrorIs(t, err, broker.ErrTooLarge)
	_, err = b.Publish(soon(t), broker.Message{Data: make([]byte, 3500)})
	require.NoError(t, err)
}

func TestOnlyWhoKnowsTheTokenMayEnter(t *testing.T) {
	t.Parallel()
	server := embedded(t, natsbroker.Options{Token: "secret"})
	_, err := natsbroker.Open(soon(t), natsbroker.Config{Servers: []string{newLine(t, server.ClientURL()).bare()}})
	require.ErrorContains(t, err, "Authorization")
}

func TestAWrongConfigurationIsSaid(t *testing.T) {
	t.Parallel()
	_, err := natsbroker.Open(soon(t), natsbroker.Config{Servers: []string{"nats://x"}, Name: "a.b"})
	require.ErrorContains(t, err, `name "a.b"`)
	_, err = natsbroker.Open(soon(t), natsbroker.Config{})
	require.ErrorContains(t, err, "no servers")
	_, err = natsbroker.Embedded(soon(t), natsbroker.Options{})
	require.ErrorContains(t, err, "Dir")
	_, err = natsbroker.Embedded(soon(t), natsbroker.Options{Dir: t.TempDir(), ClientAddr: "4222"})
	require.ErrorContains(t, err, "host:port")
}
