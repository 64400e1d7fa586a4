//go:build js

package dom

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"wslab/server/transport/browser"
)

// Get returns what the page's own server answers to a path. It waits: call it from a goroutine.
func Get(path string) (string, error) { return fetch("GET", path, nil) }

// Post sends a form to a path of the page's own server and returns what it answers. It waits: call
// it from a goroutine.
func Post(path string, form url.Values) (string, error) {
	return fetch("POST", path, []byte(form.Encode()))
}

func fetch(method, path string, form []byte) (string, error) {
	status, answer, err := browser.Fetch(context.Background(), method, path, "application/x-www-form-urlencoded", form)
	if err == nil && status/100 != 2 {
		err = errors.New(strconv.Itoa(status) + " " + string(answer))
	}
	if err != nil {
		return "", err
	}
	return string(answer), nil
}
