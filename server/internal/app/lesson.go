package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	connection "wslab/lessons/01-connection/solution"
	disconnect "wslab/lessons/02-disconnect/solution"
	auth "wslab/lessons/03-auth/solution"
	messages "wslab/lessons/04-messages/solution"
	rooms "wslab/lessons/05-rooms/solution"
	acks "wslab/lessons/06-acks/solution"
	heartbeat "wslab/lessons/07-heartbeat/solution"
	recovery "wslab/lessons/08-recovery/solution"
	limits "wslab/lessons/09-limits/solution"
	socketio "wslab/lessons/10-socketio/solution"
	scaling "wslab/lessons/11-scaling/solution"

	"wslab/lessons"
	"wslab/server/balance"
	"wslab/server/course"
	"wslab/server/course/feed"
	"wslab/server/function"
	"wslab/server/gateway"
	"wslab/server/wire"
	"wslab/server/wire/tap"
)

// solutions are the reference answers, which run natively in the server, by the lesson's id.
var solutions = map[string]func() answer{
	"connection": alone(connection.New),
	"disconnect": alone(disconnect.New),
	"auth":       alone(auth.New),
	"messages":   alone(messages.New),
	"rooms":      alone(rooms.New),
	"acks":       alone(acks.New),
	"heartbeat":  alone(heartbeat.New),
	"recovery":   alone(recovery.New),
	"limits":     alone(limits.New),
	"socketio":   alone(socketio.New),
	"scaling":    func() answer { return balance.New(scaling.New, nil) },
}

// An answer is what a reference answer is hosted by: one namespace, or several servers.
type answer interface {
	handled
	Close(ctx context.Context, why gateway.Disconnect) error
}

func alone(build func(gateway.Emitter) gateway.Gateway) func() answer {
	return func() answer { return gateway.NewNamespace(build) }
}

// A program is a learner's answer as it runs: a [function.Function], or a [function.Handler] where the lesson is raw.
type program interface {
	Deploy(ctx context.Context) error
	State() function.State
	Close(ctx context.Context, why gateway.Disconnect) error
}

// maxOthers is how many clients that belong to no page are recorded at a time, in each lesson.
const maxOthers = 16

// lesson is everything the server runs for one lesson.
type lesson struct {
	lessons.Lesson
	repo     course.Repo
	solution answer // nil where the lesson is raw
	feed     *feed.Feed
	function *function.Function // nil where the lesson is raw
	handler  *function.Handler  // nil where it is not
	program  program            // one of the two
	doing    doing
	board    tap.Board          // records the connections to both answers
	wire     *gateway.Namespace // tells pages what is recorded

	again    chan struct{}             // asks the loop to run the tests again
	terminal atomic.Pointer[workplace] // where the learner works on this lesson; nil where nobody does
	said     string                    // the last problem said there

	standing sync.Mutex // keeps the order in which the page hears where the learner stands

	hosting  sync.Once // begins when somebody first wants the learner's answer
	ctx      context.Context
	cancel   context.CancelFunc
	watching sync.WaitGroup
}

func newLesson(repo course.Repo, data lessons.Lesson) (*lesson, error) {
	build, ok := solutions[data.ID]
	if !ok && (!data.Raw || handlers[data.ID] == nil) {
		return nil, fmt.Errorf("lesson %q has no reference answer in the server: add it to solutions, or to handlers", data.ID)
	}
	l := &lesson{Lesson: data, repo: repo, again: make(chan struct{}, 1)}
	if ok {
		l.solution = build()
	}
	l.feed = feed.New(l)
	l.board.Records, l.board.Others = true, maxOthers
	l.wire = gateway.NewNamespace(wire.Watch(l.board.Log))
	l.doing.tell = l.feed.SetState
	l.stood()
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.runs(function.Options{
		Root:     repo.Root,
		Package:  "wslab/lessons/" + data.Folder + "/mine",
		Codec:    data.Codec,
		Servers:  data.Servers,
		Log:      l.printed,
		State:    l.changed,
		Compiled: repo.Path(".bin", "functions"),
	})
	return l, nil
}

// runs gives the learner's answer something to run in.
func (l *lesson) runs(o function.Options) {
	if l.Raw {
		l.handler = function.NewHandler(o)
		l.program = l.handler
		return
	}
	l.function = function.New(o)
	l.program = l.function
}

// host begins to build and watch the learner's answer, and tells whether there is one. It is built
// when first asked for, and again on every save.
func (l *lesson) host() bool {
	dir := l.repo.Path("lessons", l.Folder, "mine")
	if _, err := os.Stat(dir); err != nil {
		l.feed.SetState(feed.State{Phase: feed.Missing, Message: fmt.Sprintf("./task lesson:%d", l.Number)})
		return false
	}
	l.hosting.Do(func() { l.watching.Go(func() { l.follow(dir) }) })
	return true
}

// follow deploys every text of the learner's. A save abandons what is built of the text before. The tests
// are built at the same time: one after the other, whichever came second would take more than a second.
func (l *lesson) follow(dir string) {
	abandon := func() {}
	for range course.Watch(l.ctx, dir) {
		abandon()
		ctx, cancel := context.WithCancel(l.ctx)
		abandon = cancel
		l.watching.Go(func() { l.deploy(ctx) })
	}
	abandon()
}

func (l *lesson) deploy(ctx context.Context) {
	problems, err := l.repo.Inspect(l.Lesson, l.repo.Path("lessons", l.Folder, "mine"))
	if !l.doing.inspected(ctx, l.pageProblems(problems), err) {
		return
	}
	if err := l.program.Deploy(ctx); err != nil && ctx.Err() == nil {
		slog.Debug("the learner's answer does not run", "lesson", l.Number, "err", err)
	}
}

func (l *lesson) close(ctx context.Context) {
	l.cancel()
	var closing sync.WaitGroup
	if l.solution != nil { // a handler's connections end with their contexts
		closing.Go(func() { _ = l.solution.Close(ctx, gateway.GoingAway) })
	}
	closing.Go(func() { _ = l.feed.Close(ctx, gateway.GoingAway) })
	closing.Go(func() { _ = l.wire.Close(ctx, gateway.GoingAway) })
	closing.Go(func() { _ = l.program.Close(ctx, gateway.GoingAway) })
	closing.Go(l.watching.Wait)
	closing.Wait()
}

// The kinds of tokens that the page mints for lesson 3.
var tokenKinds = []string{"valid", "expired", "tampered"}

// mint answers with a signed token of the kind in the form, for the name in it. The key is a
// published one: it protects nothing.
func (l *lesson) mint(w http.ResponseWriter, r *http.Request) {
	kind, name := r.PostFormValue("kind"), r.PostFormValue("name")
	if l.Clients.Auth != "signed" || !slices.Contains(tokenKinds, kind) {
		http.Error(w, fmt.Sprintf("lesson %d mints no %.20q token; kinds are %v, in lesson 3", l.Number, kind, tokenKinds), http.StatusBadRequest)
		return
	}
	token, err := mint(kind, name, time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(w, token)
}

func mint(kind, name string, now time.Time) (string, error) {
	if kind == "expired" {
		now = now.Add(-2 * time.Hour)
	}
	token, err := auth.Sign(name, now, now.Add(time.Hour))
	if kind == "tampered" && err == nil {
		token = tamper(token)
	}
	return token, err
}

// tamper changes the claims of a token and leaves its signature, as somebody would who wants to be
// another.
func tamper(token string) string {
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return token // golang-jwt made it
	}
	claims = bytes.Replace(claims, []byte(`"name":"`), []byte(`"name":"not `), 1)
	parts[1] = base64.RawURLEncoding.EncodeToString(claims)
	return strings.Join(parts, ".")
}

func (l *lesson) sign() string {
	token, err := mint("valid", "Ana", time.Now())
	if err != nil {
		return ""
	}
	return token
}
