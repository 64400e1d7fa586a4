package load

import "testing"

func TestAServerThatSaysSomethingTwiceDoesNotHoldUpItsReader(t *testing.T) {
	c := &crowd{clients: []*client{{}}}
	turns := c.turns(1, 1, func(int) (said, mark string) { return "hello", "" })
	for range 3 { // more than there are talkers
		c.clients[0].hears([]byte("hello"))
	}
	if err := <-turns.stopped; err != nil {
		t.Fatal(err)
	}
}
