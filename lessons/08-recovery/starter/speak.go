package recovery

import "context"

// Speak says what there is to say, one line after the other, until ctx ends or a line is not acknowledged.
func (c *Client) Speak(ctx context.Context, say func(context.Context, Words) (Receipt, error)) error {
	for {
		words, some := c.next()
		if !some {
			select {
			case <-c.more:
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		soon, cancel := context.WithTimeout(ctx, Patience)
		_, err := say(soon, words)
		cancel()
		if err != nil {
			return err
		}
		c.acknowledged(words.Key)
	}
}

// next returns the oldest line that is not acknowledged.
func (c *Client) next() (words Words, some bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.outbox) == 0 {
		return words, false
	}
	c.said = c.outbox[0].Key
	return Words{Line: c.outbox[0], Heard: c.inbox.Heard}, true
}

func (c *Client) acknowledged(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outbox.Acknowledge(key)
}
