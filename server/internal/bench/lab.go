package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"wslab/server/course/feed"
	"wslab/wasm/client"
)

// patience is how long a measurement waits for what must come.
const patience = time.Minute

// left out of a copy of the repository: what is not the house, or large, or the learner's own.
var leftOut = []string{".git", ".bin", "mine", ".kept", "node_modules", "progress.txt"}

// copy copies the repository, so that nothing of the learner's is touched.
func (b Bench) copy() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "wslab-bench-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	root := os.DirFS(b.Repo.Root)
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(leftOut, d.Name()) && d.IsDir():
			return fs.SkipDir
		case slices.Contains(leftOut, d.Name()) || !d.IsDir() && !d.Type().IsRegular():
			return nil
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, filepath.FromSlash(name)), 0o755)
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), text, 0o644)
	})
	if err != nil {
		remove()
		return "", nil, err
	}
	return dir, remove, nil
}

// A lab is a running ./task lesson:1 in a copy of the repository.
type lab struct {
	dir  string
	host string
	stop func()

	mu    sync.Mutex
	lines []line // what the terminal shows
	more  chan struct{}
}

type line struct {
	at   time.Time
	text string
}

var listens = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// start starts the lab in dir, which has the texts of these lessons, by file.
func (b Bench) start(ctx context.Context, dir string, texts map[string]string) (*lab, error) {
	l := &lab{dir: dir, more: make(chan struct{})}
	for file, text := range texts {
		if err := l.make(file, text); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, b.Binary, "lesson:1", "--addr", "127.0.0.1:0", "--lang", "en")
	cmd.Dir = dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			l.show(scanner.Text())
		}
	}()
	l.stop = func() { cancel(); <-read; _ = cmd.Wait() }
	shown, err := l.sees(ctx, time.Time{}, "listens on")
	if err != nil {
		l.stop()
		return nil, err
	}
	l.host = listens.FindString(shown.text)
	return l, nil
}

func (l *lab) path(file string) string {
	return filepath.Join(l.dir, "lessons", filepath.FromSlash(file))
}

func (l *lab) save(file, text string) error { return os.WriteFile(l.path(file), []byte(text), 0o644) }

// make makes the folder of a lesson's answer with one file, instead of the starter's.
func (l *lab) make(file, text string) error {
	folder := filepath.Dir(l.path(file))
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return l.save(file, text)
}

func (l *lab) show(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line{time.Now(), text})
	close(l.more)
	l.more = make(chan struct{})
}

// sees waits until the terminal has shown a line with the text, after a moment.
func (l *lab) sees(ctx context.Context, after time.Time, text string) (line, error) {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		l.mu.Lock()
		i := slices.IndexFunc(l.lines, func(shown line) bool { return shown.at.After(after) && strings.Contains(shown.text, text) })
		if i >= 0 {
			defer l.mu.Unlock()
			return l.lines[i], nil
		}
		more := l.more
		l.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return line{}, ctx.Err()
		case <-timeout.C:
			return line{}, fmt.Errorf("the terminal never said %q", text)
		}
	}
}

// dial connects a client to a path of the lab's server.
func (l *lab) dial(ctx context.Context, path string) (*client.Client, error) {
	return client.Dial(ctx, "ws://"+l.host+path, client.Options{})
}

// connect connects a client to the learner's code of a lesson, once that is built.
func (l *lab) connect(ctx context.Context, lesson int) (*client.Client, error) {
	said, err := l.follow(ctx, lesson)
	if err != nil {
		return nil, err
	}
	path := fmt.Sprintf("/lessons/%d/ws", lesson)
	if c, err := l.dial(ctx, path); err == nil {
		return c, nil
	}
	if _, err := expect(said, running); err != nil { // it was being built
		return nil, err
	}
	return l.dial(ctx, path)
}

// A news is something that a lesson's feed said.
type news struct {
	at      time.Time
	status  *feed.State
	results *feed.Results
}

// follow listens to the feed of a lesson.
func (l *lab) follow(ctx context.Context, lesson int) (<-chan news, error) {
	c, err := l.dial(ctx, fmt.Sprintf("/lessons/%d/feed", lesson))
	if err != nil {
		return nil, err
	}
	said := make(chan news, 10_000)
	client.Listen(c, feed.Status, func(s feed.State) { said <- news{time.Now(), &s, nil} })
	client.Listen(c, feed.Verdicts, func(r feed.Results) { said <- news{time.Now(), nil, &r} })
	go func() {
		c.Run()
		close(said)
	}()
	context.AfterFunc(ctx, func() { c.Close() })
	return said, nil
}

// expect waits for news that fits.
func expect(said <-chan news, fits func(news) bool) (news, error) {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	var last feed.State
	for {
		select {
		case n, open := <-said:
			if n.status != nil {
				last = *n.status
			}
			if !open {
				return n, errors.New("the lab's server has ended")
			}
			if fits(n) {
				return n, nil
			}
		case <-timeout.C:
			return news{}, fmt.Errorf("what must come never came; the last state was %+v", last)
		}
	}
}

func running(n news) bool { return n.status != nil && n.status.Phase == feed.Running }
