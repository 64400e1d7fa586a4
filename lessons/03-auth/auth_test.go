package auth_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// credentials are what a client presents as its first message.
type credentials struct {
	Token string `json:"token,omitempty"`
	Name  string `json:"name,omitempty"`
}

func TestTheSharedTokenAndANameLetAClientIn(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(credentials{Token: Shared, Name: "Ana"})
		require.Equal(t, "Ana", gatewaytest.Expect(ana, Welcome).Name, "the name from the handshake")
	})
}

func TestASignedTokenLetsItsOwnerIn(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(credentials{Token: signed(t, "Ana")})
		require.Equal(t, "Ana", gatewaytest.Expect(ana, Welcome).Name, "the name in the token")
	})
}

func TestASignedTokenSaysWhoItsOwnerIs(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(credentials{Token: signed(t, "Ana"), Name: "Bob"})
		require.Equal(t, "Ana", gatewaytest.Expect(ana, Welcome).Name, "the token is signed, what is said beside it is not")
	})
}

func TestAnUnknownTokenIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		for _, token := range []string{"guess", "abc-123", "ABC-12", "ABC-1234", " ABC-123", "a.b.c"} {
			expectRefusal(t, srv, credentials{Token: token, Name: "Ana"})
		}
	})
}

func TestAMissingTokenIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		expectRefusal(t, srv, credentials{Name: "Ana"})
		expectRefusal(t, srv, nil)
	})
}

func TestANamelessClientIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		for _, name := range []string{"", "  ", strings.Repeat("ñ", 41)} {
			expectRefusal(t, srv, credentials{Token: Shared, Name: name})
			expectRefusal(t, srv, credentials{Token: signed(t, name), Name: "Ana"})
		}
		long := srv.Dial(credentials{Token: Shared, Name: strings.Repeat("ñ", 40)})
		gatewaytest.Expect(long, Welcome)
	})
}

func TestATokenIsGoodUntilItExpires(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		token := signed(t, "Ana") // for an hour
		<-time.After(59 * time.Minute)
		gatewaytest.Expect(srv.Dial(credentials{Token: token}), Welcome)
		<-time.After(2 * time.Minute)
		expectRefusal(t, srv, credentials{Token: token})
	})
}

func TestATokenThatNeverExpiresIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		expectRefusal(t, srv, credentials{Token: forged(t, jwt.SigningMethodHS256, []byte(Key), jwt.MapClaims{"name": "Ana"})})
	})
}

func TestATamperedTokenIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, eve := strings.Split(signed(t, "Ana"), "."), strings.Split(signed(t, "Eve"), ".")
		expectRefusal(t, srv, credentials{Token: ana[0] + "." + eve[1] + "." + ana[2]})
		expectRefusal(t, srv, credentials{Token: ana[0] + "." + ana[1] + "."})
	})
}

func TestATokenSignedWithAnotherKeyIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		expectRefusal(t, srv, credentials{Token: forged(t, jwt.SigningMethodHS256, []byte("another key"), claims("Ana"))})
		expectRefusal(t, srv, credentials{Token: forged(t, jwt.SigningMethodHS256, []byte{}, claims("Ana"))})
	})
}

func TestAnotherAlgorithmIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		expectRefusal(t, srv, credentials{Token: forged(t, jwt.SigningMethodHS512, []byte(Key), claims("Ana"))})
		expectRefusal(t, srv, credentials{Token: forged(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims("Ana"))})
	})
}

func TestTheOthersHearWhoCameIn(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(credentials{Token: signed(t, "Ana")})
		gatewaytest.Expect(ana, Welcome)
		bob := srv.Dial(credentials{Token: Shared, Name: "Bob"})
		joined := gatewaytest.Expect(ana, Joined)
		require.Equal(t, bob.ID(), joined.ID)
		require.Equal(t, "Bob", joined.Name)
	})
}

func TestTheLobbyKnowsWhoIsHere(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		bob := srv.Dial(credentials{Token: Shared, Name: "Bob"})
		gatewaytest.Expect(bob, Welcome)
		ana := srv.Dial(credentials{Token: Shared, Name: "Ana"})
		here := []Guest{{ID: ana.ID(), Name: "Ana"}, {ID: bob.ID(), Name: "Bob"}}
		require.ElementsMatch(t, here, gatewaytest.Expect(ana, Welcome).Here)

		bob.Lose()
		left := gatewaytest.Expect(ana, Left)
		require.Equal(t, Guest{ID: bob.ID(), Name: "Bob"}, left.Guest)
		require.Equal(t, gateway.ConnectionLost, gateway.Disconnect{Code: left.Code, Reason: left.Reason})
		eve := srv.Dial(credentials{Token: Shared, Name: "Eve"})
		require.Len(t, gatewaytest.Expect(eve, Welcome).Here, 2, "nobody who left is in the list")
	})
}

func TestNobodyHearsOfAClientThatWasRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(credentials{Token: Shared, Name: "Ana"})
		gatewaytest.Expect(ana, Welcome)
		for _, presented := range []any{nil, credentials{Token: "guess", Name: "Bob"}, credentials{Token: Shared}} {
			require.Empty(t, srv.Dial(presented).ID(), "a refused client never gets a socket")
		}
		ana.ExpectSilence()
	})
}

func TestATokenMayTravelInFourWaysFromABrowser(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		token := signed(t, "Ana")
		for way, ana := range map[string]*gatewaytest.Client{
			"the first message": srv.Dial(credentials{Token: token}),
			"the query":         srv.DialWith(gateway.Handshake{Query: map[string][]string{"token": {token}}}, nil),
			"a subprotocol":     srv.DialWith(header("Sec-Websocket-Protocol", "wslab, bearer."+token), nil),
			"a cookie":          srv.DialWith(header("Cookie", "theme=day; wslab_token="+token), nil),
		} {
			require.NotEmpty(t, ana.ID(), "a token in %s lets its owner in", way)
			ana.Close()
		}
	})
}

func TestTheAuthorizationHeaderServesClientsThatAreNoBrowsers(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.DialWith(header("Authorization", "Bearer "+signed(t, "Ana")), nil)
		require.NotEmpty(t, ana.ID(), "a token in the Authorization header lets its owner in")
	})
}

func TestComingAndGoingAreLogged(t *testing.T) {
	printed := recordLog(t)
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(credentials{Token: Shared, Name: "Ana"})
		ana.Close()
		for _, what := range []string{"client connected", "client disconnected"} {
			require.Regexp(t, what+".*"+ana.ID(), printed.String(), "the log says %q, and which client it was", what)
		}
	})
}

func TestARefusalIsLogged(t *testing.T) {
	printed := recordLog(t)
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		expectRefusal(t, srv, credentials{Token: "guess-4711", Name: "Eve"})
		require.Contains(t, printed.String(), "client refused", "whoever guesses tokens leaves a trace")
	})
}

func TestTheTokenIsInNoLogLine(t *testing.T) {
	printed := recordLog(t)
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		srv.Namespace.Log = slog.Default() // errors end in the log too
		good, bad := signed(t, "Ana"), forged(t, jwt.SigningMethodHS256, []byte("another key"), claims("Eve"))
		for _, token := range []string{good, bad, Shared, "guess-4711"} {
			srv.Dial(credentials{Token: token, Name: "Ana"}).Close()
			srv.DialWith(gateway.Handshake{Query: map[string][]string{"token": {token}, "name": {"Ana"}}}, nil).Close()
			require.NotContains(t, printed.String(), token, "whoever reads the log could come in as somebody else")
		}
	})
}
