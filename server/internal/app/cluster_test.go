package app_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/broker/natsbroker"
	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/wasm/client"
)

// sharing starts two servers of one gateway, with NATS between them.
func sharing(t *testing.T, gateway string) (one, two string) {
	one, two, _ = sharingUntil(t, gateway)
	return one, two
}

// sharingUntil also returns how to stop the first.
func sharingUntil(t *testing.T, gateway string) (one, two string, stop func()) {
	t.Helper()
	nats, err := natsbroker.Embedded(deadline(t), natsbroker.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(nats.Close)
	join := func(name string) (string, func()) {
		b, err := natsbroker.Open(deadline(t), natsbroker.Config{Servers: []string{nats.ClientURL()}, Node: name})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, b.Close(context.Background())) })
		key, err := b.Secret(deadline(t))
		require.NoError(t, err)
		return start(t, app.Config{Gateway: gateway, Cluster: app.Cluster{Broker: b, Key: key, Node: name}})
	}
	one, stop = join("one")
	two, _ = join("two")
	return one, two, stop
}

// A member is a client of the chat that asks for answers.
type member struct {
	*client.Client
	name string
	said chan chat.Message
	over chan gateway.Disconnect
}

func enters(t *testing.T, host, name string, resume client.Session, transports ...string) *member {
	t.Helper()
	path := "/ws"
	if transports != nil {
		path = "/socket.io/"
	}
	c, err := client.Dial(deadline(t), "ws://"+host+path, client.Options{
		SocketIO: transports, Auth: map[string]string{"token": chat.Token, "name": name}, Resume: resume,
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Lose() })
	m := &member{c, name, make(chan chat.Message, 100), make(chan gateway.Disconnect, 1)}
	client.Listen(c, chat.Said, func(said chat.Message) { m.said <- said })
	go func() { m.over <- c.Run() }()
	return m
}

func (m *member) says(t *testing.T, text string) {
	t.Helper()
	_, err := client.Call(deadline(t), m.Client, gateway.Request[chat.Line, any]("message"), chat.Line{Text: text})
	require.NoError(t, err)
}

func (m *member) hears(t *testing.T, text string) {
	t.Helper()
	select {
	case said := <-m.said:
		require.Equal(t, text, said.Text)
	case <-deadline(t).Done():
		t.Fatalf("%s did not hear %q", m.name, text)
	}
}

func TestOneChatHasClientsOfBothProtocolsOnSeveralServers(t *testing.T) {
	one, two := sharing(t, "chat")
	everyone := []*member{
		enters(t, one, "Ana", client.Session{}), enters(t, two, "Bob", client.Session{}),
		enters(t, one, "Eve", client.Session{}, "websocket"), enters(t, two, "Joe", client.Session{}, "polling"),
	}
	for _, speaker := range everyone {
		speaker.says(t, "I am "+speaker.name)
		for _, listener := range everyone {
			listener.hears(t, "I am "+speaker.name)
		}
	}
}

func TestWhoseServerStopsGoesOnAtAnotherAndMissesNothing(t *testing.T) {
	for protocol, transports := range map[string][]string{"raw": nil, "Socket.IO": {"websocket"}, "Socket.IO, polling": {"polling"}} {
		t.Run(protocol, func(t *testing.T) {
			one, two, stop := sharingUntil(t, "chat")
			ana, bob := enters(t, one, "Ana", client.Session{}, transports...), enters(t, two, "Bob", client.Session{})
			bob.says(t, "heard")
			ana.hears(t, "heard")
			stop()
			<-ana.over
			bob.says(t, "missed")
			again := enters(t, two, "Ana", ana.Session(), transports...)
			require.True(t, again.Recovered())
			require.Equal(t, ana.ID(), again.ID())
			again.hears(t, "missed")
			bob.says(t, "live")
			again.hears(t, "live")
		})
	}
}

func TestAServerWithoutACommonKeyIsNotStarted(t *testing.T) {
	_, err := app.New(app.Config{Cluster: app.Cluster{Broker: broker.NewMemory().Node("one")}})
	require.ErrorContains(t, err, "16 bytes")
}
