package postgres

import (
	"context"
	"slices"
	"sync"
	"time"
)

// gate lets so many attempts be made at once, and keeps a target that hangs from holding
// up the others: the last places are for apps that have none yet. Where an app's events
// have waited too long for its own, it is crowded: those that come then are turned away,
// and wait in the database instead. It stays slow, which is to be fed a little at a
// time, until nothing of it waits any more.
type gate struct {
	size, spare int
	patience    time.Duration
	relief      func() // called when a slow app may have more events

	mu      sync.Mutex
	all     int
	busy    map[string]int
	slow    map[string]bool // true: crowded
	waiting []*visitor      // in the order in which they came
}

type visitor struct {
	app string
	in  chan struct{}
}

// gatePatience is how long events of a busy app wait before they make room for others.
const gatePatience = 250 * time.Millisecond

func newGate(size int, relief func()) *gate {
	return &gate{
		size: size, spare: min((size+3)/4, size-1), patience: gatePatience, relief: relief,
		busy: map[string]int{}, slow: map[string]bool{},
	}
}

// enter waits for a place. It returns false where the app is crowded or ctx ends.
func (g *gate) enter(ctx context.Context, app string) bool {
	v := &visitor{app: app, in: make(chan struct{})}
	g.mu.Lock()
	switch {
	case g.admits(app):
		g.take(app)
		close(v.in)
	case g.slow[app]:
		g.mu.Unlock()
		return false
	default:
		g.waiting = append(g.waiting, v)
	}
	g.mu.Unlock()
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	for {
		select {
		case <-v.in:
			return true
		case <-ctx.Done():
			return g.giveUp(v, false)
		case <-timer.C:
			if g.ownCrowd(app) {
				return g.giveUp(v, true)
			}
			timer.Reset(g.patience)
		}
	}
}

// leave gives the place of an app to the first that may have it.
func (g *gate) leave(app string) {
	g.mu.Lock()
	g.all--
	if g.busy[app]--; g.busy[app] == 0 {
		delete(g.busy, app)
	}
	for i := 0; i < len(g.waiting) && g.all < g.size; {
		v := g.waiting[i]
		if !g.admits(v.app) {
			i++
			continue
		}
		g.waiting = slices.Delete(g.waiting, i, i+1)
		g.take(v.app)
		close(v.in)
	}
	_, relieved := g.slow[app]
	if relieved = relieved && g.busy[app] <= (g.size-g.spare)/2; relieved {
		g.slow[app] = false
	}
	g.mu.Unlock()
	if relieved {
		g.relief()
	}
}

// admits tells whether there is a place for an app; called with the lock held.
func (g *gate) admits(app string) bool {
	free := g.size - g.all
	return free > g.spare || free > 0 && g.busy[app] == 0
}

func (g *gate) take(app string) {
	g.all++
	g.busy[app]++
}

// ownCrowd tells whether it is the app's own attempts that its others wait for.
func (g *gate) ownCrowd(app string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy[app] > 0
}

// giveUp takes a visitor out of the queue; one that was let in meanwhile is in.
func (g *gate) giveUp(v *visitor, crowded bool) (in bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.waiting, v)
	if at < 0 {
		return true
	}
	g.waiting = slices.Delete(g.waiting, at, at+1)
	if crowded {
		g.slow[v.app] = true
	}
	return false
}

// hungry lists the slow apps that may be fed, and all that are slow.
func (g *gate) hungry() (some, all []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all = []string{}
	for app, crowded := range g.slow {
		all = append(all, app)
		if !crowded {
			some = append(some, app)
		}
	}
	return some, all
}

// sated makes an app one like others, unless it is crowded again.
func (g *gate) sated(app string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.slow[app] {
		delete(g.slow, app)
	}
}
