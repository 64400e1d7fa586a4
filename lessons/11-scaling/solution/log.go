package scaling

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// page is how many messages one answer to Missed holds at most. Who wants more asks again.
const page = 50

// errEnough ends a Read that would wait for what comes next.
var errEnough = errors.New("enough")

// encode writes a message as an entry of the log.
func encode(m Message) []byte {
	data, _ := json.Marshal(m) // texts and a time always can be
	return data
}

// decode reads an entry of the log. What is no message of this chat is an error.
func decode(entry broker.Stored) (m Message, err error) {
	err = json.Unmarshal(entry.Data, &m)
	if err == nil && m.From == "" {
		err = errors.New("it is from nobody")
	}
	if err != nil {
		slog.Warn("an entry of the log is no message", "offset", entry.Offset, "err", err)
	}
	m.Offset = entry.Offset
	return m, err
}

// refusal is what a client is told where the log did not do what it asked for.
func refusal(ctx context.Context, err error) error {
	if errors.Is(err, broker.ErrTrimmed) {
		return &gateway.Error{Code: "too_late", Message: "what came after this offset is no longer stored"}
	}
	slog.WarnContext(ctx, "the log has failed", "err", err)
	return &gateway.Error{Code: "unavailable", Message: "it may not be stored: try again, with the same key"}
}
