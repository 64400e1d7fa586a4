// Package terminal is a lesson at the learner's terminal: what happens goes by and stays in the
// scrollback, and below it stands a picture of where the lesson is, with the keys that do something.
// It takes no screen of its own and gives the terminal back as it was, however it ends.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"wslab/lessons"
	"wslab/server/course"
)

// Options say what is shown, and where.
type Options struct {
	Repo   course.Repo
	Lesson lessons.Lesson
	Lang   string
	Page   string          // the address of the lesson's page
	Again  chan<- struct{} // asks to run the tests again
	Stood  func()          // hears that the learner has got further, or help; may be nil
	In     *os.File        // nil is the standard input
	Out    *os.File        // nil is the standard output
}

// UI is a lesson at a terminal. It is a [course.Listener], and an [io.Writer] of lines that others
// have to say.
type UI struct {
	*scroll
	options Options
	program *tea.Program
}

// Fits tells whether somebody sits at a terminal that can show more than plain lines.
func Fits(in, out any) bool {
	return isTerminal(in) && isTerminal(out) && os.Getenv("TERM") != "dumb" && (os.Getenv("TERM") != "" || runtime.GOOS == "windows")
}

func isTerminal(file any) bool {
	f, ok := file.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// New returns a UI that shows nothing yet.
func New(o Options) *UI {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	ui := &UI{scroll: newScroll(), options: o}
	ui.program = tea.NewProgram(newModel(o, ui.scroll), tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithoutSignalHandler())
	return ui
}

// Run shows the lesson while work works on it, until the learner goes on to the next lesson, quits, or
// ctx ends. Then it ends work. A panic in work finds the terminal as it was before.
func (ui *UI) Run(ctx context.Context, work func(context.Context)) (next bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var working sync.WaitGroup
	working.Go(func() {
		defer ui.giveBack()
		work(ctx)
	})
	working.Go(func() { ui.scroll.show(ctx.Done(), ui.print) })
	defer context.AfterFunc(ctx, func() { ui.program.Send(over{}) })()
	last, err := ui.program.Run()
	cancel()
	working.Wait()
	for _, line := range ui.scroll.end() {
		fmt.Fprintln(ui.options.Out, line)
	}
	if err != nil {
		return false, errors.Join(errors.New("the terminal could not be used (TERM=dumb shows plain lines)"), err)
	}
	return last.(model).next, nil
}

// print has a line go by. The program's own Println would wait for ever once the program has ended.
func (ui *UI) print(line string) { ui.program.Send(tea.Println(line)()) }

// giveBack gives the terminal back before a panic ends the process.
func (ui *UI) giveBack() {
	if r := recover(); r != nil {
		ui.program.Kill()
		panic(r)
	}
}

// Testing implements [course.Listener].
func (ui *UI) Testing(at course.Place) { ui.program.Send(begun{at}) }

// Tested implements [course.Listener].
func (ui *UI) Tested(at course.Place, r course.Report) { ui.program.Send(tested{at, r}) }

// Trouble implements [course.Listener].
func (ui *UI) Trouble(at course.Place, err error) { ui.program.Send(trouble{at, err}) }

// Helped hears that the learner got help elsewhere.
func (ui *UI) Helped() { ui.program.Send(helped{}) }
