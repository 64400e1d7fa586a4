// Package app puts the lab together: it is the only package that knows everyone. [New] mounts the
// pages, the main gateway and every lesson's gateways on one server; [Main] is the commands.
package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"wslab/lessons"
	"wslab/server/cluster"
	"wslab/server/conformance"
	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/wire/tap"
	"wslab/web"
	"wslab/web/figures"
)

// Config says what a server is like. The zero Config of a repository serves the chat.
type Config struct {
	Repo course.Repo

	Gateway   string   // of the main path: "chat", which is the default, or "conformance"
	Open      bool     // the conformance gateway asks for no token
	Origins   []string // hosts whose pages may connect, beside the server's own
	Figures   string   // the file of what was measured; "" is the one that bench writes
	Metrics   bool     // others than this machine may read /metrics
	Limits    Limits
	Unlimited bool // no limit on rate and connections, for benchmarks
	Cluster   Cluster

	PingInterval   time.Duration // 0 is 25 s
	PingTimeout    time.Duration // 0 is 20 s
	ConnectTimeout time.Duration // for a client to authenticate; 0 is 5 s
	StopTimeout    time.Duration // for clients to take what is queued when the server stops; 0 is 10 s
}

// App is the shared server.
type App struct {
	config    Config
	main      handled
	custom    handled            // a second namespace for clients of Socket.IO, where the main gateway is open
	lessons   map[string]*lesson // by number
	counts    *counts
	metrics   *metrics
	board     tap.Board       // of the main path
	sparingly sparing         // logs what clients do
	roster    *cluster.Roster // of a chat on several servers
	leave     func()          // the cluster
	handler   http.Handler

	mu      sync.Mutex
	life    context.Context // ends when the server stops
	stop    context.CancelFunc
	serving sync.WaitGroup // connections
}

// New returns a server that serves nothing yet.
func New(c Config) (*App, error) {
	a := &App{config: c, lessons: make(map[string]*lesson), leave: func() {}}
	a.config.Limits = c.Limits.filled()
	a.metrics = newMetrics(a.functionsRunning)
	a.life, a.stop = context.WithCancel(context.Background())
	if !c.Unlimited {
		a.counts = newCounts(c.Limits)
	}
	switch c.Gateway {
	case "", "chat":
		a.main = a.newChat()
	case "conformance":
		a.main = gateway.NewNamespace(conformance.New(c.Open))
		if c.Open {
			a.main = conformance.Open{Namespace: gateway.NewNamespace(conformance.New(true))}
			a.custom = conformance.Open{Namespace: gateway.NewNamespace(conformance.New(true))}
		}
	default:
		return nil, fmt.Errorf("there is no gateway %q: say --gateway chat or --gateway conformance", c.Gateway)
	}
	if err := a.share(context.Background()); err != nil {
		return nil, err
	}
	for _, l := range lessons.All() {
		h, err := newLesson(c.Repo, l)
		if err != nil {
			return nil, err
		}
		a.lessons[fmt.Sprint(l.Number)] = h
	}
	a.handler = a.routes()
	return a, nil
}

// Handler returns everything the server answers.
func (a *App) Handler() http.Handler { return a.handler }

func (a *App) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/ws", a.taped(a.main, nil, &a.board))
	mux.Handle("/socket.io/{$}", a.socketIO(a.main, a.custom, nil, &a.board, nil))
	mux.HandleFunc("/socket.io", http.NotFound) // the slash belongs to the path
	if a.custom != nil {
		mux.Handle("/engine.io/{$}", a.echo())
	}
	for _, l := range a.lessons {
		if !l.Raw {
			a.mountSocketIO(mux, l)
		}
	}
	mux.Handle("/lessons/{n}/ws", a.ofLesson(a.mine))
	mux.Handle("/lessons/{n}/solution/ws", a.ofLesson(a.reference))
	mux.Handle("/lessons/{n}/wire", a.ofLesson(func(l *lesson) http.Handler { return a.endpoint(l.wire, nil) }))
	mux.Handle("/lessons/{n}/feed", a.ofLesson(func(l *lesson) http.Handler { return a.endpoint(l.feed, nil) }))
	mux.Handle("POST /lessons/{n}/tokens", a.ofLesson(func(l *lesson) http.Handler { return a.sameOrigin(l.mint) }))
	mux.Handle("POST /lessons/{n}/pages/{page}/{client}", a.ofLesson(func(l *lesson) http.Handler { return a.sameOrigin(l.board.Worsen) }))
	mux.Handle("POST /pages/{page}/{client}", a.sameOrigin(a.board.Worsen))
	mux.HandleFunc("GET /healthz", a.health)
	mux.Handle("GET /metrics", a.metrics.handler(a.config.Metrics))
	mux.Handle("/", web.New(web.Config{
		Lessons:   lessons.All(),
		Mine:      func(l lessons.Lesson) string { return "lessons/" + l.Folder + "/mine/" + l.Edit },
		Recording: exchanges,
		Answer:    a.config.Repo.Answer,
		Standing: func(l lessons.Lesson) bool {
			standing, err := a.config.Repo.Progress(l)
			return err == nil && standing.Done
		},
		Built:    builtDir(a.config.Repo),
		SocketIO: a.config.Repo.SocketIO(),
		Figures:  cmp.Or(a.config.Figures, figures.File(a.config.Repo.Root)),
	}))
	return mux
}

// health says whether the server takes connections.
func (a *App) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if a.life.Err() != nil {
		http.Error(w, draining.reason, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// functionsRunning counts the learners' gateways that answer.
func (a *App) functionsRunning() (n float64) {
	for _, l := range a.lessons {
		if l.program.State().Serving {
			n++
		}
	}
	return n
}

// mine serves the learner's answer, where there is one.
func (a *App) mine(l *lesson) http.Handler {
	if !l.host() {
		return a.sameOrigin(l.noAnswer)
	}
	if l.Raw {
		return a.handed(outliving(l.handler), nil, &l.board)
	}
	return a.taped(l.function, nil, &l.board)
}

// reference serves the reference answer.
func (a *App) reference(l *lesson) http.Handler {
	if l.Raw {
		return a.handed(handlers[l.ID], l.feed, &l.board)
	}
	return a.taped(l.solution, l.feed, &l.board)
}

// noAnswer says that the learner has written none.
func (l *lesson) noAnswer(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, fmt.Sprintf("there is no answer yet: ./task lesson:%d makes one", l.Number), http.StatusServiceUnavailable)
}

// ofLesson serves what handler returns for the lesson in the path.
func (a *App) ofLesson(handler func(*lesson) http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l, ok := a.lessons[r.PathValue("n")]
		if !ok {
			http.Error(w, fmt.Sprintf("there is no lesson %.20q", r.PathValue("n")), http.StatusNotFound)
			return
		}
		handler(l).ServeHTTP(w, r)
	})
}

// Close tells every client that the server is going away and waits until all are gone or ctx ends.
func (a *App) Close(ctx context.Context) {
	a.mu.Lock()
	a.stop()
	a.mu.Unlock()
	var closing sync.WaitGroup
	closing.Go(a.serving.Wait)
	for _, l := range a.lessons {
		closing.Go(func() { l.close(ctx) })
	}
	gone := make(chan struct{})
	go func() {
		closing.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
	a.leave()
}
