package chromium

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
)

//go:embed run.js
var runScript []byte

const runPage = `<!doctype html><meta charset="utf-8"><title>wslab</title><link rel="icon" href="data:,">
<script src="/wasm_exec.js"></script><script src="/run.js"></script>`

// pages serves each program a page of its own, on this machine only.
type pages struct {
	origin string
	server *http.Server

	mu       sync.Mutex
	last     int
	programs map[string]Program
}

func servePages(glue string) (*pages, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving pages for the browser: %w", err)
	}
	p := &pages{origin: "http://" + listener.Addr().String(), programs: map[string]Program{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, glue) })
	mux.HandleFunc("GET /run.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(runScript)
	})
	mux.HandleFunc("GET /{id}/{$}", p.page)
	mux.HandleFunc("GET /{id}/start.json", p.start)
	mux.HandleFunc("GET /{id}/program.wasm", p.program)
	p.server = &http.Server{Handler: mux}
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// Close stops serving.
func (p *pages) Close() { _ = p.server.Close() }

// add makes a page for a program, until done.
func (p *pages) add(program Program) (url string, done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	id := strconv.Itoa(p.last)
	p.programs[id] = program
	return p.origin + "/" + id + "/", func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.programs, id)
	}
}

func (p *pages) find(w http.ResponseWriter, r *http.Request) (Program, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	program, found := p.programs[r.PathValue("id")]
	if !found {
		http.NotFound(w, r)
	}
	return program, found
}

func (p *pages) page(w http.ResponseWriter, r *http.Request) {
	if _, found := p.find(w, r); found {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(runPage))
	}
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) {
	if program, found := p.find(w, r); found {
		_ = json.NewEncoder(w).Encode(map[string]any{"args": program.Args, "env": program.Env})
	}
}

func (p *pages) program(w http.ResponseWriter, r *http.Request) {
	if program, found := p.find(w, r); found {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, program.File)
	}
}
