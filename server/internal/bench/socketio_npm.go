package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"wslab/server/course"
)

//go:embed testdata/socketio.js
var script string

// of has one figure for each way to connect.
type of[T any] struct {
	WS      T `json:"ws"`
	IO      T `json:"io"`
	Polling T `json:"polling"`
}

// moments are times in milliseconds. A nil is what never happened.
type moments []*float64

// took are the moments that came.
func (m moments) took() (all []time.Duration) {
	for _, ms := range m {
		if ms != nil {
			all = append(all, time.Duration(*ms*float64(time.Millisecond)))
		}
	}
	return all
}

// clients are the figures of npm's own clients: what testdata/socketio.js prints.
type clients struct {
	Node string `json:"-"` // and its version

	Away       int     // events sent while a client was away
	Never      float64 // milliseconds after which something is held never to come
	Connecting struct {
		Took            of[moments]
		Requests, Bytes of[int]
	}
	Talking struct {
		Up, Down, Binary of[int]
		Acks             of[moments]
	}
	Offered of[[]string]
	Cuts    struct {
		Took           of[moments]
		Arrived, Heard of[int]
	}
	Silence, Blocked of[moments]
}

// npmClients has npm's clients connect, talk and be cut off.
func (b Bench) npmClients(ctx context.Context, dir string) (c clients, err error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return c, errors.New("no node, which runs the module's client: install Node.js 20 or newer (on Debian: apt-get install nodejs)")
	}
	version, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return c, fmt.Errorf("node --version: %w", err)
	}
	c.Node = "node " + strings.TrimSpace(string(version))
	urls := make([]string, 0, 3)
	for _, args := range [][]string{nil, {"--ping-interval", "1s", "--ping-timeout", "1s"}, {"--open"}} {
		s, err := b.serve(ctx, dir, args...)
		if err != nil {
			return c, err
		}
		defer s.Stop()
		urls = append(urls, "http://"+s.Host)
	}
	file := filepath.Join(dir, "socketio.js")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		return c, err
	}
	cmd := exec.CommandContext(ctx, node, append([]string{file}, urls...)...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+b.Repo.NodeModules())
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return c, fmt.Errorf("node socketio.js: %w\n%s", err, said.Bytes())
	}
	return c, json.Unmarshal(out, &c)
}

// A weight is how much code something is.
type weight struct {
	version         string
	packages, bytes int
}

// sizes are those of code: what a page loads, what npm installs for a client in Node, and how many lines of the
// lab's server only one of the formats needs.
type sizes struct {
	page, gzip, brotli int
	ws, io             weight
	wsLines, ioLines   int
}

func measureSizes(repo course.Repo, dir string) (s sizes, err error) {
	text, err := os.ReadFile(filepath.Join(repo.NodeModules(), "socket.io-client", "dist", "socket.io.min.js"))
	if err != nil {
		return s, err
	}
	var gz, br bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression) // the level is a known one
	packed := brotli.NewWriterLevel(&br, brotli.BestCompression)
	_, err = zip.Write(text)
	_, err2 := packed.Write(text)
	if err := errors.Join(err, err2, zip.Close(), packed.Close()); err != nil {
		return s, err
	}
	s.page, s.gzip, s.brotli = len(text), gz.Len(), br.Len()
	if s.ws, err = installed(repo.NodeModules(), "ws"); err != nil {
		return s, err
	}
	if s.io, err = installed(repo.NodeModules(), "socket.io-client"); err != nil {
		return s, err
	}
	if s.wsLines, err = linesOfGo(dir, "protocol/jsonevent"); err != nil {
		return s, err
	}
	s.ioLines, err = linesOfGo(dir, "protocol/socketio", "protocol/engineio", "transport/polling")
	return s, err
}

// installed weighs a package of npm together with those that it depends upon.
func installed(modules, name string) (w weight, err error) {
	var found []string
	for waiting := []string{name}; len(waiting) > 0; waiting = waiting[1:] {
		if slices.Contains(found, waiting[0]) {
			continue
		}
		found = append(found, waiting[0])
		text, err := os.ReadFile(filepath.Join(modules, filepath.FromSlash(waiting[0]), "package.json"))
		if err != nil {
			return w, err
		}
		var about struct {
			Version      string
			Dependencies map[string]string
		}
		if err := json.Unmarshal(text, &about); err != nil {
			return w, err
		}
		if waiting[0] == name {
			w.version = about.Version
		}
		for needed := range about.Dependencies {
			waiting = append(waiting, needed)
		}
	}
	for _, name := range found {
		err := eachFile(filepath.Join(modules, filepath.FromSlash(name)), func(_ string, text []byte) { w.bytes += len(text) })
		if err != nil {
			return w, err
		}
	}
	w.packages = len(found)
	return w, nil
}

// linesOfGo counts the lines of folders of the server, tests and what only clients use aside.
func linesOfGo(dir string, folders ...string) (lines int, err error) {
	for _, folder := range folders {
		err = errors.Join(err, eachFile(filepath.Join(dir, "server", filepath.FromSlash(folder)), func(name string, text []byte) {
			if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && filepath.Base(name) != "client.go" {
				lines += bytes.Count(text, []byte("\n"))
			}
		}))
	}
	return lines, err
}

func eachFile(dir string, do func(name string, text []byte)) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		do(path, text)
		return err
	})
}
