package recovery

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Line is something to say, under a key of its own. Who says it again keeps the key.
type Line struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Words are a line on its way, with the number up to which its sender has heard everything.
type Words struct {
	Line
	Heard int `json:"heard"`
}

// Validate refuses a line without a key or a text, and one that is too long.
func (l Line) Validate() error {
	for _, part := range []string{l.Key, l.Text} {
		if n := utf8.RuneCountInString(strings.TrimSpace(part)); n < 1 || n > 2000 {
			return fmt.Errorf("key and text: want 1 to 2000 characters each, got %d", n)
		}
	}
	return nil
}
