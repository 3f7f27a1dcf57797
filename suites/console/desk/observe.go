package desk

import (
	"context"
	"fmt"
	"net/http"

	"github.com/khop-dev/khop/suites/target"
)

// Observer looks behind a target while it is verified: a URL of the partner's own, in
// which {key} stands for an event's identity, answers how often that was applied, and
// Path picks the number where the answer is JSON. It is never a command: who may use a
// console need not be one who may run programs on its machine.
type Observer struct{ URL, Path string }

// StartObservedCheck is StartCheck with an observer, so that checks of side effects can
// be judged. What is wrong with the observer begins with "observer:".
func (d *Desk) StartObservedCheck(ctx context.Context, id string, by Observer) (CheckRun, error) {
	observer, err := d.observer(by)
	if err != nil {
		return CheckRun{}, fmt.Errorf("%w: observer: %w", ErrInvalid, err)
	}
	return d.startCheck(ctx, id, observer)
}

// observer asks where targets may be, and follows no redirect to anywhere else.
func (d *Desk) observer(by Observer) (*target.Observer, error) {
	to, err := target.ParseURL(by.URL)
	if err != nil {
		return nil, err
	}
	if err := d.allowed(to); err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	observer := &target.Observer{Ask: by.URL, Path: by.Path, Client: client}
	return observer, observer.Check()
}
