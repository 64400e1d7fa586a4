// Package roster decides who is present: it joins what nodes say of members with which nodes live.
package roster

import (
	"bytes"
	"maps"
	"slices"
)

// Roster is the members of all nodes. Changed, where set, is called with each id whose visible data
// has changed. It is not safe for concurrent use.
type Roster struct {
	Changed func(id string)

	alive   map[string]bool
	members map[string]map[string]entry // by id, then by node
	nodes   map[string]map[string]bool  // the ids of a node
}

type entry struct {
	data     []byte
	revision uint64
}

// New returns an empty roster.
func New(changed func(id string)) *Roster {
	return &Roster{
		Changed: changed,
		alive:   map[string]bool{},
		members: map[string]map[string]entry{},
		nodes:   map[string]map[string]bool{},
	}
}

// Put sets a node's member. The highest revision among living nodes is visible.
func (r *Roster) Put(node, id string, data []byte, revision uint64) {
	r.change(id, func() {
		if r.members[id] == nil {
			r.members[id] = map[string]entry{}
		}
		if r.nodes[node] == nil {
			r.nodes[node] = map[string]bool{}
		}
		r.members[id][node] = entry{append([]byte{}, data...), revision}
		r.nodes[node][id] = true
	})
}

// Remove deletes a node's member.
func (r *Roster) Remove(node, id string) {
	r.change(id, func() {
		delete(r.members[id], node)
		delete(r.nodes[node], id)
		if len(r.members[id]) == 0 {
			delete(r.members, id)
		}
		if len(r.nodes[node]) == 0 {
			delete(r.nodes, node)
		}
	})
}

// Alive says whether a node lives; members of a node that does not are kept, and invisible.
func (r *Roster) Alive(node string, alive bool) {
	if r.alive[node] == alive {
		return
	}
	before := map[string][]byte{}
	for id := range r.nodes[node] {
		before[id] = r.Data(id)
	}
	if alive {
		r.alive[node] = true
	} else {
		delete(r.alive, node)
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		r.tell(id, before[id])
	}
}

// Forget drops what a node has said.
func (r *Roster) Forget(node string) {
	r.Alive(node, false)
	for id := range r.nodes[node] {
		r.Remove(node, id)
	}
}

// Dead returns the nodes that do not live and have members nevertheless.
func (r *Roster) Dead() (nodes []string) {
	for node := range r.nodes {
		if !r.alive[node] {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// Data is what is visible of a member; nil where it is not there.
func (r *Roster) Data(id string) []byte {
	var newest entry
	for node, e := range r.members[id] {
		if r.alive[node] && (newest.data == nil || e.revision > newest.revision) {
			newest = e
		}
	}
	return newest.data
}

// IDs returns the visible members, sorted.
func (r *Roster) IDs() (ids []string) {
	for id := range r.members {
		if r.Data(id) != nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *Roster) change(id string, apply func()) {
	before := r.Data(id)
	apply()
	r.tell(id, before)
}

func (r *Roster) tell(id string, before []byte) {
	after := r.Data(id)
	if r.Changed != nil && ((before == nil) != (after == nil) || !bytes.Equal(before, after)) {
		r.Changed(id)
	}
}
