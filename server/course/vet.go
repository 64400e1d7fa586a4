package course

import (
	"context"
	"errors"
	"os/exec"
	"slices"

	"wslab/lessons"
)

// Vet returns what go vet says of the learner's answer to l, which has been compiled before. These are
// warnings: a lesson is done when its tests pass. They are looked for after the tests, since vet takes
// as long as they do.
func (r Repo) Vet(ctx context.Context, l lessons.Lesson) ([]Problem, error) {
	text, err := r.Go(ctx, nil, "vet", "./lessons/"+l.Folder+"/"+string(Mine)).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case !errors.As(err, &exit):
		return nil, err
	}
	said := r.problems(string(text))
	return slices.DeleteFunc(said, func(p Problem) bool { return p.File == "" }), nil
}
