package tap

import (
	"io"
	"net/http"
	"strconv"

	"wslab/server/wire"
)

// heard is the body of a polling request: what is read of it is recorded before anybody acts on it.
type heard struct {
	io.ReadCloser
	packets *wire.Packets
}

// Read implements [io.Reader].
func (h *heard) Read(b []byte) (n int, err error) {
	n, err = h.ReadCloser.Read(b)
	h.packets.Write(b[:n])
	if err == io.EOF {
		h.packets.Close(true)
	}
	return n, err
}

// A polled answer is the answer to a polling request. What a poll brings is told packet by packet, before the
// client can hear it; all other bodies are text.
type polled struct {
	answer
	session *session
	request *http.Request
	packets *wire.Packets // of what a poll brings, once that has begun
	length  int           // of the body so far
}

// Write implements [http.ResponseWriter].
func (p *polled) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if p.request.Method != http.MethodGet || p.status != http.StatusOK {
		return p.answer.Write(b)
	}
	if p.packets == nil {
		p.record()
		p.packets = p.session.packets(false)
	}
	p.packets.Write(b)
	if p.length += len(b); p.Header().Get("Content-Length") == strconv.Itoa(p.length) {
		p.packets.Close(true)
	}
	return p.ResponseWriter.Write(b)
}

// finish records what has not been yet.
func (p *polled) finish() {
	switch {
	case p.packets != nil:
		p.packets.Close(true)
	case p.status == 0 && p.request.Context().Err() != nil: // nobody hears an answer
		p.session.mu.Lock()
		p.session.aborted = true
		p.session.mu.Unlock()
	default:
		if p.status == 0 {
			p.status = http.StatusOK
		}
		p.record()
	}
}

func (p *polled) record() {
	p.session.mu.Lock()
	goesOn := p.session.lives
	p.session.mu.Unlock()
	p.line.add(wire.Entry{Kind: wire.Answer, Polled: goesOn, Head: answerHead(p.status, p.Header(), p.body.String())})
}
