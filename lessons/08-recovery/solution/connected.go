package recovery

import "slices"

// Connected returns what the client resumes with on a new connection.
func (c *Client) Connected() Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = &Position{c.inbox.Heard}
	return *c.asked
}

// Resumed takes the server's answer to that. Only the first one counts.
func (c *Client) Resumed(from Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.asked
	c.asked = nil
	if asked == nil || *asked == from {
		return
	}
	c.inbox.Heard = from.Heard
	doubt := slices.DeleteFunc(slices.Clone(c.outbox), func(l Line) bool { return l.Key != c.said })
	c.outbox.Acknowledge(c.said)
	c.loses(doubt)
}
