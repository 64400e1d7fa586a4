package scaling_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/wasm/client"
)

const (
	// lines is how many lines each traveller says.
	lines = 20
	// journey is how long it may take all of them, on a machine that has other things to do.
	journey = time.Minute
)

// A traveller goes to another server when its own is lost. It repeats what was not acknowledged, and asks
// for what it missed, as a client of any such chat has to.
type traveller struct {
	*person
	servers cluster
	name    string
	heard   uint64    // the offset of the last message in all
	all     []Message // what it has heard, in its order
	acked   []uint64  // the offsets of its own messages
}

// talkThroughAKill has three people talk, two of them at the first server, which is killed meanwhile.
func talkThroughAKill(t *testing.T, servers cluster) {
	ctx, cancel := context.WithTimeout(context.Background(), journey)
	defer cancel()
	names := []string{"Ana", "Bob", "Eve"}
	travellers := make([]*traveller, len(names))
	var killing, talking sync.WaitGroup
	for i, name := range names {
		travellers[i] = &traveller{person: servers[i/2].enter(name), servers: servers, name: name}
	}
	for _, v := range travellers {
		talking.Go(func() {
			for i := range lines {
				if v.name == "Ana" && i == lines/2 {
					killing.Go(servers[0].kill)
				}
				v.say(ctx, Line{Key: fmt.Sprint(i), Text: fmt.Sprint(i)})
			}
			v.listen(ctx, lines*len(names))
		})
	}
	talking.Wait()
	killing.Wait()
	require.NoError(t, ctx.Err(), "expected: everyone hears everything in time\n     got: %s", tally(travellers))
	for _, v := range travellers {
		require.Equal(t, travellers[0].all, v.all, "%s and Ana have heard the same", v.name)
		for _, name := range names {
			require.Equal(t, lines, v.count(name), "%s hears each line of %s once", v.name, name)
		}
		for _, offset := range v.acked {
			require.True(t, slices.ContainsFunc(v.all, func(m Message) bool { return m.Offset == offset && m.From == v.name }),
				"what was acknowledged to %s at offset %d was heard there", v.name, offset)
		}
	}
}

// tally says how many lines each has heard.
func tally(travellers []*traveller) (text string) {
	for _, v := range travellers {
		text += fmt.Sprintf("%s heard %d of %d; ", v.name, len(v.all), lines*len(travellers))
	}
	return text
}

// count returns how many different lines of somebody have been heard once.
func (v *traveller) count(name string) int {
	times := map[string]int{}
	for _, m := range v.all {
		if m.From == name {
			times[m.Text]++
		}
	}
	once := 0
	for _, n := range times {
		if n == 1 {
			once++
		}
	}
	return once
}

// say repeats a line until it is acknowledged.
func (v *traveller) say(ctx context.Context, line Line) {
	for ctx.Err() == nil {
		receipt, err := client.Call(ctx, v.Client, Say, line)
		if err == nil {
			v.acked = append(v.acked, receipt.Offset)
			return
		}
		v.move(ctx)
	}
}

// listen hears what comes until it has heard so many messages.
func (v *traveller) listen(ctx context.Context, n int) {
	for len(v.all) < n && ctx.Err() == nil {
		select {
		case m := <-v.person.heard:
			v.hear(m)
		case <-v.ended:
			v.move(ctx)
		case <-ctx.Done():
		}
	}
}

// hear takes a message. What comes live may have been in the answer to Missed.
func (v *traveller) hear(m Message) {
	if m.Offset > v.heard {
		v.heard = m.Offset
		v.all = append(v.all, m)
	}
}

// move goes to a server that lives, where its own does not.
func (v *traveller) move(ctx context.Context) {
	select {
	case <-v.ended:
	case <-time.After(10 * time.Millisecond): // it has refused something: it may be asked again
		return
	case <-ctx.Done():
		return
	}
	for len(v.person.heard) > 0 { // before it was lost
		v.hear(<-v.person.heard)
	}
	for ctx.Err() == nil {
		for _, s := range v.servers {
			if p, alive := s.welcome(v.name); alive {
				v.person = p
				break
			}
		}
		if v.catchUp() == nil {
			return
		}
	}
}

// catchUp asks for what was missed until nothing is. Only then may it hear what has come live meanwhile.
func (v *traveller) catchUp() error {
	for {
		missed, err := v.missed(v.heard)
		if err != nil || len(missed) == 0 {
			return err
		}
		for _, m := range missed {
			v.hear(m)
		}
	}
}
