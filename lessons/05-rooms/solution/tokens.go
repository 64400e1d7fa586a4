package rooms

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Shared is the token of the course module: one for everybody, so it says nothing of who presents it.
const Shared = "ABC-123"

// Key signs this lab's tokens. It is published, so it protects nothing: a real one is random, secret
// and kept out of the code.
const Key = "wslab: a demo key, known to everyone who reads the code"

// Claims are what a signed token says: a name, when it was issued,
// and when it expires.
type Claims struct {
	Name string `json:"name"`
	jwt.RegisteredClaims
}

// Sign returns a token for name.
func Sign(name string, issued, expires time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, Claims{
		Name: name,
		RegisteredClaims: jwt.RegisteredClaims{
			IssuedAt:  jwt.NewNumericDate(issued),
			ExpiresAt: jwt.NewNumericDate(expires),
		},
	})
	return token.SignedString([]byte(Key))
}
