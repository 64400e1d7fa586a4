package polling

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// A refusal is an answer with which the protocol's reference refuses a request.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	status  int
}

func (r *refusal) Error() string { return r.Message }

var (
	unknownTransport = &refusal{0, "Transport unknown", http.StatusBadRequest}
	unknownSession   = &refusal{1, "Session ID unknown", http.StatusBadRequest}
	badHandshake     = &refusal{2, "Bad handshake method", http.StatusBadRequest}
	badRequest       = &refusal{3, "Bad request", http.StatusBadRequest}
	forbidden        = &refusal{4, "Forbidden", http.StatusForbidden}
	badVersion       = &refusal{5, "Unsupported protocol version", http.StatusBadRequest}
)

// refusedTimeout is how long a client that is refused may take to send what is left of its request.
const refusedTimeout = time.Second

// refuse answers a request with why it is refused: as the reference does, or in the gateway's words.
func refuse(w http.ResponseWriter, err error) {
	why := &refusal{badRequest.Code, gateway.AsDisconnect(err).Reason, http.StatusInternalServerError}
	var end gateway.Disconnect
	if errors.As(err, &end) && slices.Contains([]int{gateway.TryAgainLater.Code, gateway.GoingAway.Code}, end.Code) {
		why.status = http.StatusServiceUnavailable
	}
	errors.As(err, &why)
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(refusedTimeout)) // net/http reads the body first, which may never end
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if why.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", transport.RetryAfter)
	}
	w.WriteHeader(why.status)
	_ = json.NewEncoder(w).Encode(why)
}

// worthZipping is from how many bytes on an answer is compressed where the client takes it so.
const worthZipping = 1024

// send writes a body, compressed where that is worth it, to a client that has some time to take it.
func send(w http.ResponseWriter, r *http.Request, body []byte) (err error) {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(bodyTimeout))
	w.Header().Set("Cache-Control", "no-store")
	if len(body) >= worthZipping && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		_, err = zip.Write(body)
		err = errors.Join(err, zip.Close())
	} else {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, err = w.Write(body)
	}
	if err == nil {
		if err = control.Flush(); errors.Is(err, http.ErrNotSupported) { // net/http's own can
			err = nil
		}
	}
	_ = control.SetWriteDeadline(time.Time{}) // the connection is for other requests, too
	return err
}
