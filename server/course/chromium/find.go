// Package chromium runs Go programs that were compiled to WebAssembly, test binaries above all, in a
// real browser: one headless Chromium that is kept open, since starting it is what takes time.
package chromium

import (
	"errors"
	"os"
	"os/exec"
	"slices"

	"github.com/chromedp/chromedp"
)

// ErrMissing says what to install where no Chromium can be found.
var ErrMissing = errors.New("no Chromium: install chromium or Google Chrome (on Debian: apt-get install chromium), or set CHROME to its path")

// places are where browsers are found, in the order in which they are tried.
var places = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
	"/usr/lib/chromium/chromium",
	"/snap/bin/chromium",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	`C:\Program Files\Google\Chrome\Application\chrome.exe`,
	`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
	`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
}

// Find returns the path of the Chromium to use: $CHROME, or one that is installed.
func Find() (string, error) {
	tried := places
	if chosen := os.Getenv("CHROME"); chosen != "" {
		tried = []string{chosen}
	}
	for _, name := range tried {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

// Options are what tests give the Chromium at path to start with.
func Options(path string) []chromedp.ExecAllocatorOption {
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	if os.Geteuid() == 0 { // Chromium's sandbox refuses root, the user of most containers
		options = append(options, chromedp.NoSandbox)
	}
	return options
}
