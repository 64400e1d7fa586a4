package polling_test

import (
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport/polling"
)

func TestTheFirstPollBringsTheOpenPacket(t *testing.T) {
	visit(t, polling.Options{}, func(s *site) {
		w := s.ask("GET", "EIO=4&transport=polling", "")
		s.session = <-s.begun
		require.Equal(s, 200, w.Code)
		require.Equal(s, `0{"sid":"`+s.session.ID()+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, w.Body.String())
		require.Equal(s, "text/plain; charset=UTF-8", w.Header().Get("Content-Type"))
		require.Equal(s, "no-store", w.Header().Get("Cache-Control"))
		require.Empty(s, w.Header().Get("Access-Control-Allow-Origin"), "no page has asked")
	})
}

func TestEverySessionHasAnIDThatNobodyGuesses(t *testing.T) {
	visit(t, polling.Options{}, func(s *site) {
		known := make(map[string]bool)
		for range 5 {
			s.begin()
			require.Regexp(s, "^[A-Za-z0-9_-]{20}$", s.sid)
			require.False(s, known[s.sid])
			known[s.sid] = true
			require.NoError(s, s.session.Close(gateway.ConnectionLost.Code, ""))
		}
	})
}

func TestEveryRequestThatIsRefusedSaysWhyInJSON(t *testing.T) {
	for _, test := range []struct {
		method, query, upgrade string
		status                 int
		answer                 string
	}{
		{"GET", "EIO=4", "", 400, `{"code":0,"message":"Transport unknown"}`},
		{"GET", "EIO=4&transport=carrier-pigeon", "", 400, `{"code":0,"message":"Transport unknown"}`},
		{"GET", "EIO=4&transport=polling&sid=", "", 400, `{"code":1,"message":"Session ID unknown"}`},
		{"POST", "EIO=4&transport=polling&sid=nobody", "", 400, `{"code":1,"message":"Session ID unknown"}`},
		{"GET", "EIO=4&transport=websocket&sid=nobody", "WebSocket", 400, `{"code":1,"message":"Session ID unknown"}`},
		{"POST", "EIO=4&transport=polling", "", 400, `{"code":2,"message":"Bad handshake method"}`},
		{"HEAD", "EIO=4&transport=polling", "", 400, `{"code":2,"message":"Bad handshake method"}`},
		{"OPTIONS", "EIO=4&transport=polling", "", 400, `{"code":2,"message":"Bad handshake method"}`},
		{"GET", "EIO=4&transport=websocket", "", 400, `{"code":3,"message":"Bad request"}`},
		{"GET", "EIO=4&transport=polling", "websocket", 400, `{"code":3,"message":"Bad request"}`},
		{"GET", "EIO=3&transport=polling", "", 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"GET", "transport=websocket", "websocket", 400, `{"code":5,"message":"Unsupported protocol version"}`},
	} {
		visit(t, polling.Options{}, func(s *site) {
			s.refused(s.ask(test.method, test.query, "", "Upgrade", test.upgrade), test.status, test.answer)
			require.Empty(s, s.begun)
		})
	}
}

func TestOtherMethodsAreRefusedAndTakeNothingOfTheSession(t *testing.T) {
	begun(t, func(s *site) {
		s.write("for a poll")
		for _, method := range []string{"HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"} {
			s.refused(s.ask(method, s.own(), "4x"), 400, `{"code":3,"message":"Bad request"}`)
		}
		require.Equal(s, "4for a poll", s.poll().Body.String())
		s.alive()
	})
}

func TestAPollThatNamesTheOtherTransportIsRefused(t *testing.T) {
	begun(t, func(s *site) {
		s.refused(s.ask("GET", "EIO=4&transport=websocket&sid="+s.sid, ""), 400, `{"code":3,"message":"Bad request"}`)
		s.refused(s.ask("GET", s.own(), "", "Upgrade", "websocket"), 400, `{"code":3,"message":"Bad request"}`)
		s.alive()
	})
}

func TestWhoIsNotLetInHearsWhy(t *testing.T) {
	for refusal, status := range map[error]int{
		gateway.TryAgainLater: 503, gateway.GoingAway: 503, gateway.Unauthorized: 500, errors.New("a secret"): 500,
	} {
		visit(t, polling.Options{}, func(s *site) {
			s.refusal = refusal
			s.refused(s.ask("GET", "EIO=4&transport=polling", ""), status, `{"code":3,"message":"`+gateway.AsDisconnect(refusal).Reason+`"}`)
		})
	}
}

func TestABodyThatIsTooLongIsRefusedAndTheSessionGoesOn(t *testing.T) {
	visit(t, polling.Options{Options: engineio.Options{MaxPayload: 100}}, func(s *site) {
		require.Equal(s, 100, s.begin().MaxPayload)
		s.refused(s.post("4"+strings.Repeat("x", 100)), 413, `{"code":3,"message":"Payload too large"}`)
		require.Empty(s, s.heard)
		require.Equal(s, "ok", s.post("4"+strings.Repeat("x", 99)).Body.String())
		require.Len(s, (<-s.heard).Data, 99)
		s.alive()
	})
}

func TestABodyThatIsNoPacketsEndsTheSession(t *testing.T) {
	for _, body := range []string{"", "abc", "4a\x1e", "4a\x1e\x1e4b", "b!", "4a\x1e9", "4a\x1e4\xff"} {
		begun(t, func(s *site) {
			require.Equal(s, "ok", s.post(body).Body.String(), "as the reference")
			s.gone(engineio.ParseError)
			require.Empty(s, s.heard, "also of those before it")
		})
	}
}

func TestAPacketThatIsTheServersToSendEndsTheSession(t *testing.T) {
	begun(t, func(s *site) {
		answer := s.waits(s.Context())
		s.post("4a\x1e2\x1e4b")
		require.Equal(s, "1", (<-answer).Body.String())
		require.Equal(s, "a", string((<-s.heard).Data))
		s.gone(engineio.TransportError)
		require.Empty(s, s.heard)
	})
}

func TestABinaryBodyIsOfVersion3AndEndsTheSession(t *testing.T) {
	begun(t, func(s *site) {
		s.refused(s.post("4a", "Content-Type", "application/octet-stream"), 400, `{"code":3,"message":"Bad request"}`)
		s.gone(engineio.TransportError)
	})
}

func TestAnAnswerIsCompressedFrom1024BytesOnForWhoTakesItSo(t *testing.T) {
	for _, test := range []struct {
		length     int
		accepts    string
		compressed bool
	}{
		{1023, "gzip, deflate, br", false}, {1024, "gzip, deflate, br", true}, {1024, "gzip", true}, {1024, "deflate, br", false}, {5000, "", false},
	} {
		begun(t, func(s *site) {
			text := strings.Repeat("é", test.length/2)[:test.length-1]
			s.write(text)
			w := s.poll("Accept-Encoding", test.accepts)
			var body io.Reader = w.Body
			if test.compressed {
				require.Equal(s, "gzip", w.Header().Get("Content-Encoding"))
				require.Empty(s, w.Header().Get("Content-Length"))
				zip, err := gzip.NewReader(body)
				require.NoError(s, err)
				body = zip
			} else {
				require.Empty(s, w.Header().Get("Content-Encoding"))
			}
			got, err := io.ReadAll(body)
			require.NoError(s, err)
			require.Equal(s, "4"+text, string(got))
		})
	}
}

func TestOnlyPagesOfAllowedOriginsMayReadAnswers(t *testing.T) {
	visit(t, polling.Options{Origins: []string{"friend.example", "https://secure.example"}}, func(s *site) {
		s.begin()
		for _, origin := range []string{"http://lab.example", "https://friend.example", "https://secure.example", "http://FRIEND.example"} {
			w := s.post("4up", "Origin", origin)
			require.Equal(s, 200, w.Code)
			require.Equal(s, origin, w.Header().Get("Access-Control-Allow-Origin"))
			require.Equal(s, "Origin", w.Header().Get("Vary"))
			require.Empty(s, w.Header().Get("Access-Control-Allow-Credentials"))
			w = s.ask("GET", "EIO=4&transport=polling&sid=nobody", "", "Origin", origin)
			require.Equal(s, origin, w.Header().Get("Access-Control-Allow-Origin"), "it may also read why not")
		}
	})
}

func TestAForeignPageNeitherBeginsASessionNorTouchesOne(t *testing.T) {
	visit(t, polling.Options{Origins: []string{"https://secure.example"}}, func(s *site) {
		s.begin()
		s.write("a secret")
		for _, origin := range []string{"http://elsewhere.example", "http://secure.example", "http://lab.example.evil.example", "null", "lab.example"} {
			for _, method := range []string{"GET", "POST", "OPTIONS"} {
				for _, query := range []string{s.own(), "EIO=4&transport=polling"} {
					w := s.ask(method, query, "4x", "Origin", origin)
					s.refused(w, 403, `{"code":4,"message":"Forbidden"}`)
					require.Empty(s, w.Header().Get("Access-Control-Allow-Origin"))
				}
			}
		}
		require.Equal(s, "4a secret", s.poll().Body.String())
		require.Empty(s, s.heard)
		s.alive()
	})
}
