package broker

import (
	"context"
	"fmt"
)

// watcher is one Watch: the ids it has yet to look at, each once, in the order in which they changed.
type watcher struct {
	queue  []string
	queued map[string]bool
	shown  map[string]bool
}

func (w *watcher) add(id string) {
	if !w.queued[id] {
		w.queued[id] = true
		w.queue = append(w.queue, id)
	}
}

// changed tells every watcher, under the lock.
func (m *Memory) changed(id string) {
	for w := range m.watchers {
		w.add(id)
	}
	m.tell()
}

// Set implements [Presence].
func (n *Node) Set(ctx context.Context, id string, data []byte) error {
	if id == "" || len(id) > MaxID {
		return ErrID
	}
	m := n.memory
	if err := m.await(ctx, n.connected); err != nil {
		return fmt.Errorf("broker: set %q: %w", id, err)
	}
	defer m.mu.Unlock()
	m.revision++
	m.members.Put(n.name, id, data, m.revision)
	return nil
}

// Delete implements [Presence].
func (n *Node) Delete(ctx context.Context, id string) error {
	m := n.memory
	if err := m.await(ctx, n.connected); err != nil {
		return fmt.Errorf("broker: delete %q: %w", id, err)
	}
	defer m.mu.Unlock()
	m.members.Remove(n.name, id)
	return nil
}

// Watch implements [Presence].
func (n *Node) Watch(ctx context.Context, changed func(id string, data []byte)) error {
	m := n.memory
	w := &watcher{queued: map[string]bool{}, shown: map[string]bool{}}
	if err := m.await(ctx, n.connected); err != nil {
		return err
	}
	for _, id := range m.members.IDs() {
		w.add(id)
	}
	w.add("")
	m.watchers[w] = true
	m.mu.Unlock()
	defer m.leave(w)
	for {
		id, data, err := n.change(ctx, w)
		if err != nil {
			return err
		}
		if id == "" || data != nil || w.shown[id] {
			changed(id, data)
		}
		if data != nil {
			w.shown[id] = true
		} else {
			delete(w.shown, id)
		}
	}
}

// change waits for the next id that a watcher has to look at.
func (n *Node) change(ctx context.Context, w *watcher) (id string, data []byte, err error) {
	m := n.memory
	if err := m.await(ctx, func() bool { return !n.cut && len(w.queue) > 0 }); err != nil {
		return "", nil, err
	}
	defer m.mu.Unlock()
	id, w.queue = w.queue[0], w.queue[1:]
	delete(w.queued, id)
	return id, m.members.Data(id), nil
}

func (m *Memory) leave(w *watcher) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.watchers, w)
}
