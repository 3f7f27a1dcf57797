package desk

import "context"

// unread is how much news of verifications a watcher may leave unread.
const unread = 64

// WatchChecks tells of every verification that begins, gets on or ends, without its
// report, until ctx ends; then the channel is closed. Who reads too slowly misses the
// oldest news, never the last of it.
func (d *Desk) WatchChecks(ctx context.Context) <-chan CheckRun {
	c, news := &d.checks, make(chan CheckRun, unread)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watchers == nil {
		c.watchers = map[chan CheckRun]bool{}
	}
	c.watchers[news] = true
	context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, news)
		close(news)
	})
	return news
}

// tell tells all who watch, in place of the oldest news where there is no room; the
// caller holds the lock, so that nobody else sends meanwhile.
func (c *checkRuns) tell(run CheckRun) {
	run.Report = nil
	for watcher := range c.watchers {
		for told := false; !told; {
			select {
			case watcher <- run:
				told = true
			default:
				select {
				case <-watcher:
				default:
				}
			}
		}
	}
}
