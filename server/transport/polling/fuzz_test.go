package polling_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/protocol/engineio"
	"wslab/server/transport/polling"
)

// Whatever a client posts, it is answered, and the messages in it are heard if all of it is packets.
func FuzzPost(f *testing.F) {
	for _, seed := range []string{"4hello\x1e3\x1ebAQIDBA==\x1e6", "", "1", "2", "4a\x1e2\x1e4b", "4a\x1e1\x1e4b", "0\x1e5\x1e6", "b!", "4\xff", "\x1e\x1e"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		visit(t, polling.Options{Options: engineio.Options{MaxPayload: 1000}}, func(s *site) {
			s.begin()
			answer := s.waits(s.Context())
			w := s.post(string(body))
			synctest.Wait()
			if len(body) > 1000 {
				require.Equal(s, 413, w.Code)
				require.Empty(s, answer, "the session goes on")
				return
			}
			require.Equal(s, "ok", w.Body.String())
			packets, err := engineio.DecodePayload(body)
			for _, p := range packets {
				if p.Type == engineio.Close || p.Type == engineio.Ping {
					break
				}
				if p.Type == engineio.Message {
					require.Equal(s, string(p.Data), string((<-s.heard).Data))
				}
			}
			require.Empty(s, s.heard)
			if err != nil {
				require.Equal(s, "1", (<-answer).Body.String())
				s.gone(engineio.ParseError)
			}
		})
	})
}
