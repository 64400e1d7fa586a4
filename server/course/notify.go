package course

import (
	"context"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// stirrings says when something may have changed in dir: the file system tells. It also listens to the
// folder that dir is in, so that one which is deleted and made again is heard again. Where the file
// system tells nothing, or only some of it, nobody is misled: who listens looks now and then anyway.
func stirrings(ctx context.Context, dir string) <-chan struct{} {
	stirs := make(chan struct{}, 1)
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return stirs
	}
	_ = w.Add(filepath.Dir(dir))
	_ = w.Add(dir)
	go func() {
		defer w.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case event := <-w.Events:
				if event.Name == dir && event.Has(fsnotify.Create) {
					_ = w.Add(dir)
				}
			case <-w.Errors: // it has missed something, perhaps
				_ = w.Add(dir)
			}
			select {
			case stirs <- struct{}{}:
			default:
			}
		}
	}()
	return stirs
}
