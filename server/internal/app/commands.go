package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"wslab/lessons"
	"wslab/server/course"
)

// A command is one name that `./task` and `go run ./server` know.
type command struct {
	name string // "lesson:N" takes a lesson's number or id
	does string // "" keeps it out of help: other commands start it
	run  func(ctx context.Context, c *call) error
}

// A call is one use of a command.
type call struct {
	repo     course.Repo
	lesson   lessons.Lesson // of a command that takes one
	args     []string       // after the name
	out, err io.Writer
	log      LogOptions
	leave    func() // the cluster of a server that has stopped
}

// quietly is how the log is written by commands that speak to a learner: what clients do is on pages.
var quietly = LogOptions{Level: slog.LevelWarn}

var commands []command

func init() { // commands lists itself in help
	commands = []command{
		{"lesson:N", "work on lesson N: serve its page, test every save", runLesson},
		{"check:N", "test your answer to lesson N once; the exit status tells", runCheck},
		{"hint:N", "the next hint of lesson N", runHint},
		{"solution:N", "the answer to lesson N beside yours", runSolution},
		{"reset:N", "begin lesson N again from the starter; your text is kept", runReset},
		{"restore:N", "bring back the text of lesson N that was kept last", runRestore},
		{"demo", "serve the finished chat and open its page", runDemo},
		{"serve", "serve everything; --help lists the flags", runServe},
		{"test", "test everything, natively and in a real browser", runTest},
		{"lint", "check formatting, vet and generated files", runLint},
		{"generate", "make the Go files of the pages anew", runGenerate},
		{"generate:check", "fail if generated files are stale", runGenerateCheck},
		{"record", "play the lessons' sessions anew, for what their texts show of the wire", runRecord},
		{"build", "build the page's WebAssembly", runBuild},
		{"bench", "measure what a learner waits for and what the server takes, on this machine; takes some minutes", runBench},
		{"soak", "use the server for minutes by many clients, some of which misbehave, and account for every message", runSoak},
		{"chaos", "kill servers of a cluster again and again while clients talk, and account for every message", runChaos},
		{"mutate", "change the answers to the lessons in one place after the other: do their tests notice?", runMutate},
		{"baseline", "", runBaseline},
		{"new", "NAME: begin a gateway of your own in server/NAME, with a test", runNew},
		{"help", "list the commands", runHelp},
	}
}

// errFailed ends a command that has already said what is wrong.
var errFailed = errors.New("failed")

// Main runs the command that args name and returns the exit status.
func Main(ctx context.Context, args []string, out, errOut io.Writer) int {
	slog.SetDefault(NewLog(errOut, quietly))
	if len(args) == 0 {
		args = []string{"help"}
	}
	err := dispatch(ctx, args, out, errOut)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 0
	case !errors.Is(err, errFailed):
		fmt.Fprintln(errOut, "wslab:", err)
	}
	return 1
}

func dispatch(ctx context.Context, args []string, out, errOut io.Writer) error {
	repo, err := course.FindRepo()
	if err != nil {
		return err
	}
	c := &call{repo: repo, args: args[1:], out: out, err: errOut, log: quietly}
	name, number, _ := strings.Cut(args[0], ":")
	for _, cmd := range commands {
		switch {
		case cmd.name == args[0]:
			return cmd.run(ctx, c)
		case cmd.name == name+":N":
			if number == "" && len(c.args) > 0 { // lesson 1
				return fmt.Errorf("write it as one word: ./task %s:%s", name, c.args[0])
			}
			l, ok := lessons.Find(number)
			if !ok {
				return fmt.Errorf("there is no lesson %q; there are %s", number, numbers())
			}
			c.lesson = l
			return cmd.run(ctx, c)
		}
	}
	return fmt.Errorf("there is no command %q; `./task help` lists them", args[0])
}

func numbers() string {
	var all []string
	for _, l := range lessons.All() {
		all = append(all, fmt.Sprintf("%d (%s)", l.Number, l.ID))
	}
	return strings.Join(all, ", ")
}

func runHelp(_ context.Context, c *call) error {
	fmt.Fprintln(c.out, "wslab, a WebSocket lab. Commands:")
	table := tabwriter.NewWriter(c.out, 0, 0, 3, ' ', 0)
	for _, cmd := range commands {
		if cmd.does == "" {
			continue
		}
		fmt.Fprintf(table, "  ./task %s\t%s\n", cmd.name, cmd.does)
	}
	return table.Flush()
}

// flags returns the flags of every command that speaks to a learner: --lang, which is the language of
// the environment unless given.
func (c *call) flags() (*flag.FlagSet, *string) {
	set := flag.NewFlagSet("wslab", flag.ContinueOnError)
	set.SetOutput(c.err)
	lang := environmentLang()
	set.Func("lang", "`LANGUAGE` of the texts: en or es", func(value string) error {
		if !slices.Contains(lessons.Languages, value) {
			return fmt.Errorf("the languages are %s", strings.Join(lessons.Languages, " and "))
		}
		lang = value
		return nil
	})
	return set, &lang
}

func environmentLang() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			if strings.HasPrefix(value, "es") {
				return "es"
			}
			return "en"
		}
	}
	return "en"
}
