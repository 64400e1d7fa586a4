package polling

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"wslab/server/protocol/engineio"
)

// Request makes one request of a client that polls, as [engineio.Network] wants it.
func Request(ctx context.Context, method, address string, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", engineio.MediaType)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}
