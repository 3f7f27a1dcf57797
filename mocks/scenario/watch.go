package scenario

import "context"

// unread is how much news of runs a watcher may leave unread.
const unread = 64

// Watch tells of every run that begins, gets on or ends, until ctx ends; then the channel
// is closed. Who reads too slowly misses the oldest news, never the last of it.
func (r *Runner) Watch(ctx context.Context) <-chan Run {
	news := make(chan Run, unread)
	r.mu.Lock()
	r.watchers[news] = true
	r.mu.Unlock()
	context.AfterFunc(ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watchers, news)
		close(news)
	})
	return news
}

// note changes a run and tells those who watch.
func (r *Runner) note(u *underway, change func(*Run)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&u.run)
	for watcher := range r.watchers {
		tell(watcher, u.snapshot())
	}
}

// tell puts news into a channel, in place of the oldest where it is full. Nobody else
// sends there meanwhile.
func tell(watcher chan Run, news Run) {
	for {
		select {
		case watcher <- news:
			return
		default:
		}
		select {
		case <-watcher:
		default:
		}
	}
}
