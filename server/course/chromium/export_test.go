//go:build browser

package chromium

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// CrashTabs makes every tab but the first one crash.
func CrashTabs(b *Browser) {
	tabs, _ := chromedp.Targets(b.life)
	for _, tab := range tabs {
		if tab.Type == "page" && tab.URL != "about:blank" {
			ctx, cancel := chromedp.NewContext(b.life, chromedp.WithTargetID(tab.TargetID))
			ctx, stop := context.WithTimeout(ctx, time.Second) // a crashed tab does not answer
			_, _ = chromedp.Call(ctx, page.Crash, cdp.Empty{})
			stop()
			cancel()
		}
	}
}

// Kill ends the browser's process and waits for its end.
func Kill(b *Browser) {
	_ = chromedp.FromContext(b.life).Browser.Process().Kill()
	<-b.life.Done()
}
