package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Process is a server that is measured from outside.
type Process struct {
	Host string // and port
	cmd  *exec.Cmd
	Stop func() // asks it to end, and waits
}

var listens = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// Start starts a program in dir that says on its output where on 127.0.0.1 it listens. It lives as long as ctx, or
// until it is stopped.
func Start(ctx context.Context, dir, program string, args ...string) (*Process, error) {
	return StartLogged(ctx, nil, dir, program, args...)
}

// StartLogged is Start of a program whose log somebody reads.
func StartLogged(ctx context.Context, log io.Writer, dir, program string, args ...string) (*Process, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stderr = dir, log
	cmd.Env = append(os.Environ(), "PATH=") // without a go command the lab builds no page, which would be measured too
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
	p := &Process{cmd: cmd, Stop: func() { cancel(); _ = cmd.Wait() }}
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if p.Host = listens.FindString(scanner.Text()); p.Host != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p, nil
		}
	}
	p.Stop()
	return nil, errors.New("the server ended before it listened")
}

// Kill ends a server at once: one that says goodbye to thousands tells each of them who else has left.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	p.Stop()
}

// Usage is what a process has of the machine.
type Usage struct {
	CPU      time.Duration // user and system
	Resident float64       // KiB
	Peak     float64       // KiB, of what was resident; 0 where the system does not say
}

// Usage says what the server uses: as Linux has it under /proc, and elsewhere as ps says.
func (p *Process) Usage(ctx context.Context) (Usage, error) {
	pid := p.cmd.Process.Pid
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err == nil {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return Usage{}, err
		}
		u, err := procUsage(string(stat), string(status))
		if exact, ok := cpuTime(pid); ok {
			u.CPU = exact
		}
		return u, err
	}
	out, err := exec.CommandContext(ctx, "ps", "-o", "cputime=,rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return Usage{}, fmt.Errorf("neither /proc nor ps says what the server uses: measure this part on Linux or macOS: %w", err)
	}
	return psUsage(string(out))
}

// forget begins the peak of what is resident anew, where the system can.
func (p *Process) forget() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0)
}

// procUsage reads /proc/PID/stat, where times are hundredths of a second, and /proc/PID/status.
func procUsage(stat, status string) (u Usage, err error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:]) // the program's name may have spaces
	if len(fields) < 13 {
		return u, fmt.Errorf("%.80q is not what /proc says of a process", stat)
	}
	for _, field := range fields[11:13] { // user and system
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return u, err
		}
		u.CPU += time.Duration(ticks) * 10 * time.Millisecond
	}
	if u.Peak, err = kibibytes(status, "VmHWM:"); err != nil {
		u.Peak = 0 // not every kernel has it
	}
	u.Resident, err = kibibytes(status, "VmRSS:")
	return u, err
}

func kibibytes(status, name string) (float64, error) {
	_, rest, _ := strings.Cut(status, name)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("/proc has no %s of the process", name)
	}
	return strconv.ParseFloat(fields[0], 64)
}

// psUsage reads what ps says: minutes, seconds with hundredths, and KiB.
func psUsage(said string) (u Usage, err error) {
	fields := strings.Fields(said)
	if len(fields) != 2 {
		return u, fmt.Errorf("ps said %q", said)
	}
	for part := range strings.SplitSeq(fields[0], ":") {
		seconds, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return u, err
		}
		u.CPU = 60*u.CPU + time.Duration(seconds*float64(time.Second))
	}
	u.Resident, err = strconv.ParseFloat(fields[1], 64)
	return u, err
}
