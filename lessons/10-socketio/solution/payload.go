package socketio

import (
	"encoding/json"
	"fmt"
	"strings"
)

// checkPayload says what is wrong with a packet's payload: it is no JSON, or not what its type carries.
func checkPayload(p Packet) error {
	payload := strings.TrimSpace(p.Payload)
	if payload != "" && !json.Valid([]byte(payload)) {
		return fmt.Errorf("the payload %.40q is not JSON", payload)
	}
	switch p.Type {
	case Connect:
		if payload != "" && payload[0] != '{' {
			return fmt.Errorf("a connect carries an object or nothing, not %.40q", payload)
		}
	case Disconnect:
		if payload != "" {
			return fmt.Errorf("a disconnect carries nothing, not %.40q", payload)
		}
	case ConnectError:
		if payload == "" || payload[0] != '{' && payload[0] != '"' {
			return fmt.Errorf("a refusal carries an object or a string, not %.40q", payload)
		}
	case Event, BinaryEvent:
		return checkEvent(payload)
	default:
		if !p.HasID || payload == "" || payload[0] != '[' {
			return fmt.Errorf("an ack carries an id and a list, not %.40q", payload)
		}
	}
	return nil
}

// checkEvent looks for a list that begins with a name.
func checkEvent(payload string) error {
	var list []json.RawMessage
	if json.Unmarshal([]byte(payload), &list) != nil || len(list) == 0 || list[0][0] != '"' {
		return fmt.Errorf("an event carries a list that begins with its name, not %.40q", payload)
	}
	return nil
}
