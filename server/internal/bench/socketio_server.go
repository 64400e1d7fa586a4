package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A server is a running ./task serve with the conformance gateway, which has no limit on rate and connections.
type server struct {
	host string
	cmd  *exec.Cmd
	stop func()
}

// serve starts a server with more arguments.
func (b Bench) serve(ctx context.Context, dir string, args ...string) (*server, error) {
	ctx, cancel := context.WithCancel(ctx)
	args = append([]string{"serve", "--addr", "127.0.0.1:0", "--gateway", "conformance", "--unlimited"}, args...)
	cmd := exec.CommandContext(ctx, b.Binary, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH=") // without a go command it builds no page, which would be measured too
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
	s := &server{cmd: cmd, stop: func() { cancel(); _ = cmd.Wait() }}
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if s.host = listens.FindString(scanner.Text()); s.host != "" {
			return s, nil
		}
	}
	s.stop()
	return nil, errors.New("the server ended before it listened")
}

// usage is what a process has of the machine.
type usage struct {
	cpu      time.Duration
	resident float64 // KiB
}

// usage says what the server uses: as Linux has it under /proc, and elsewhere as ps says.
func (s *server) usage(ctx context.Context) (usage, error) {
	pid := s.cmd.Process.Pid
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err == nil {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return usage{}, err
		}
		return procUsage(string(stat), string(status))
	}
	out, err := exec.CommandContext(ctx, "ps", "-o", "cputime=,rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return usage{}, fmt.Errorf("neither /proc nor ps says what the server uses: measure this part on Linux or macOS: %w", err)
	}
	return psUsage(string(out))
}

// procUsage reads /proc/PID/stat, where times are hundredths of a second, and /proc/PID/status.
func procUsage(stat, status string) (u usage, err error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:]) // the program's name may have spaces
	_, rest, found := strings.Cut(status, "VmRSS:")
	resident := strings.Fields(rest)
	if len(fields) < 13 || !found || len(resident) == 0 {
		return u, fmt.Errorf("%.80q is not what /proc says of a process", stat)
	}
	for _, field := range fields[11:13] { // user and system
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return u, err
		}
		u.cpu += time.Duration(ticks) * 10 * time.Millisecond
	}
	u.resident, err = strconv.ParseFloat(resident[0], 64)
	return u, err
}

// psUsage reads what ps says: minutes, seconds with hundredths, and KiB.
func psUsage(said string) (u usage, err error) {
	fields := strings.Fields(said)
	if len(fields) != 2 {
		return u, fmt.Errorf("ps said %q", said)
	}
	for part := range strings.SplitSeq(fields[0], ":") {
		seconds, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return u, err
		}
		u.cpu = 60*u.cpu + time.Duration(seconds*float64(time.Second))
	}
	u.resident, err = strconv.ParseFloat(fields[1], 64)
	return u, err
}
