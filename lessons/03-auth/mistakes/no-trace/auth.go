//go:build mistake

// Refuses without a word in the log: whoever tries a thousand tokens is noticed by nobody.
//
// Rejected by TestARefusalIsLogged: "whoever guesses tokens leaves a trace"
package auth

import (
	"context"
	"crypto/subtle"
	"strings"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"wslab/server/gateway"
)

// maxName is the longest name, in characters.
const maxName = 40

func authenticate(_ context.Context, h gateway.Handshake) (gateway.User, error) {
	token := h.Token()
	if subtle.ConstantTimeCompare([]byte(token), []byte(Shared)) == 1 {
		return named(h.Name())
	}
	claims, err := verify(token)
	if err != nil {
		return gateway.User{}, gateway.Unauthorized
	}
	return named(claims.Name)
}

// verify returns the claims of a token that was signed with Key and has not expired.
func verify(token string) (Claims, error) {
	var claims Claims
	_, err := jwt.ParseWithClaims(token, &claims,
		func(*jwt.Token) (any, error) { return []byte(Key), nil },
		jwt.WithValidMethods([]string{"HS256"}),
		jwt.WithExpirationRequired(),
	)
	return claims, err
}

// named returns the user with that name, which has 1 to maxName characters.
func named(name string) (gateway.User, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxName {
		return gateway.User{}, gateway.Unauthorized
	}
	return gateway.User{Name: name}, nil
}
