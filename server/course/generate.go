package course

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Generate makes the Go files of the pages anew from their templates.
func (r Repo) Generate(ctx context.Context, out io.Writer) error {
	cmd := r.Go(ctx, nil, "tool", "templ", "generate")
	cmd.Stdout, cmd.Stderr = out, out
	return cmd.Run()
}

// GenerateCheck says which generated files are not what their templates give. It generates aside, so
// it neither changes the clone nor asks what is committed.
func (r Repo) GenerateCheck(ctx context.Context, out io.Writer) error {
	fresh, err := r.generateAside(ctx)
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh.Root)
	stale := 0
	compare := func(path string) error {
		name := fresh.Rel(path)
		have, _ := os.ReadFile(r.Path(name)) // a missing file is a stale one
		want, _ := os.ReadFile(fresh.Path(name))
		if !bytes.Equal(have, want) {
			stale++
			fmt.Fprintf(out, "%s is stale: run ./task generate\n", name)
		}
		return nil
	}
	if err := fresh.eachFile("_templ.go", compare); err != nil {
		return err
	}
	if stale > 0 {
		return fmt.Errorf("%d generated files are stale", stale)
	}
	return r.orphans()
}

// generateAside generates from a copy of the templates, in a folder of its own.
func (r Repo) generateAside(ctx context.Context) (Repo, error) {
	templ, err := r.tool(ctx, "templ")
	if err != nil {
		return Repo{}, err
	}
	dir, err := os.MkdirTemp("", "wslab-templ-")
	if err != nil {
		return Repo{}, err
	}
	aside := Repo{dir}
	err = r.eachFile(".templ", func(path string) error { return copyFile(path, aside.Path(r.Rel(path))) })
	if err == nil {
		err = copyFile(r.Path("go.mod"), aside.Path("go.mod")) // where templ finds its version
	}
	if err == nil {
		cmd := exec.CommandContext(ctx, templ, "generate")
		cmd.Dir = dir
		if text, failed := cmd.CombinedOutput(); failed != nil {
			err = fmt.Errorf("templ generate: %w\n%s", failed, text)
		}
	}
	if err != nil {
		os.RemoveAll(dir)
	}
	return aside, err
}

// orphans finds generated files whose template is gone.
func (r Repo) orphans() error {
	return r.eachFile("_templ.go", func(path string) error {
		template := strings.TrimSuffix(path, "_templ.go") + ".templ"
		if _, err := os.Stat(template); err != nil {
			return fmt.Errorf("%s has no template any more: delete it", r.Rel(path))
		}
		return nil
	})
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}
