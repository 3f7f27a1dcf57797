package target

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Observer looks behind the target: how often was an event applied? It is a shell
// command or a URL of the partner's own, in which {key} stands for the event's
// identity, and says a number or JSON from which Path picks one; or, in a test that is
// written in Go, a function.
type Observer struct {
	Ask  string // "curl -s http://localhost:3000/orders/{key}", or a URL
	Path string // ".orders[0].count", ".orders | length"; empty: the answer itself
	// Client asks a URL; nil is net/http's own.
	Client *http.Client
	// Func tells how often the event with a key was applied, in place of Ask and Path.
	// It is called while deliveries may be under way.
	Func func(ctx context.Context, key string) (int, error)
	// Within is how long after its answer a target may take to apply an event; 0 is
	// DefaultWithin.
	Within time.Duration
}

// DefaultWithin is how long a target may take to apply an event where nothing is said. No
// provider prescribes it; a worker that looks into its inbox every few seconds is fine.
const DefaultWithin = 10 * time.Second

// Patience is how long an event is waited for.
func (o *Observer) Patience() time.Duration { return cmp.Or(o.Within, DefaultWithin) }

// ErrNothingThere is what Count returns where the path leads nowhere: the event is
// unknown, or the path is wrong.
var ErrNothingThere = errors.New("the observer has nothing")

// askTimeout bounds one look.
const askTimeout = 10 * time.Second

// Check finds out before a run whether the observer can be used at all.
func (o *Observer) Check() error {
	if o.Within < 0 {
		return fmt.Errorf("a target cannot apply an event within %s", o.Within)
	}
	if o.Func != nil {
		return nil
	}
	if !strings.Contains(o.Ask, "{key}") {
		return errors.New("the observer has no {key} in it, so it could not tell one event from another")
	}
	_, err := steps(o.Path)
	return err
}

// Count tells how often the event was applied. Nothing found is 0, not an error.
func (o *Observer) Count(ctx context.Context, key string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	if o.Func != nil {
		return o.call(ctx, key)
	}
	said, err := o.ask(ctx, key)
	if err != nil {
		return 0, fmt.Errorf("asking the observer about %s: %w", key, err)
	}
	n, err := pick(said, o.Path)
	if err != nil {
		return 0, fmt.Errorf("reading what the observer says about %s: %w", key, err)
	}
	return n, nil
}

func (o *Observer) call(ctx context.Context, key string) (int, error) {
	n, err := o.Func(ctx, key)
	if err != nil {
		return 0, fmt.Errorf("asking the observer about %s: %w", key, err)
	}
	return n, nil
}

func (o *Observer) ask(ctx context.Context, key string) ([]byte, error) {
	if strings.HasPrefix(o.Ask, "http://") || strings.HasPrefix(o.Ask, "https://") {
		return fetch(ctx, cmp.Or(o.Client, http.DefaultClient), strings.ReplaceAll(o.Ask, "{key}", url.PathEscape(key)))
	}
	quoted := "'" + strings.ReplaceAll(key, "'", `'\''`) + "'"
	command := exec.CommandContext(ctx, "sh", "-c", strings.ReplaceAll(o.Ask, "{key}", quoted))
	command.WaitDelay = time.Second
	said, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("the command failed (%w): %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return said, err
}

func fetch(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Close = true
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return []byte("0"), nil
	case response.StatusCode/100 != 2:
		return nil, fmt.Errorf("it answers %s", response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxAnswer))
}

// pick reads a count: a number, the length of a list, 0 for what is missing, 1 for
// an object that is there. Without a path, an object's member count is taken.
func pick(said []byte, path string) (int, error) {
	var value any
	decoder := json.NewDecoder(strings.NewReader(string(said)))
	decoder.UseNumber()
	if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("it is neither a number nor JSON: %.60q", said)
	}
	if object, ok := value.(map[string]any); ok && path == "" {
		if count, has := object["count"]; has {
			value = count
		}
	}
	way, err := steps(path)
	if err != nil {
		return 0, err
	}
	for _, step := range way {
		value = step(value)
	}
	if value == nil && len(way) > 0 {
		return 0, fmt.Errorf("%w at %s: it says %.100s", ErrNothingThere, path, strings.TrimSpace(string(said)))
	}
	return count(value)
}

func count(value any) (int, error) {
	switch value := value.(type) {
	case nil:
		return 0, nil
	case json.Number:
		n, err := strconv.Atoi(value.String())
		if err != nil {
			return 0, fmt.Errorf("%s is no count", value)
		}
		return n, nil
	case string:
		return strconv.Atoi(strings.TrimSpace(value))
	case bool:
		if value {
			return 1, nil
		}
		return 0, nil
	case []any:
		return len(value), nil
	}
	return 1, nil
}

// steps reads a path such as .orders[0].items | length.
func steps(path string) ([]func(any) any, error) {
	path = strings.TrimSpace(path)
	path = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(path, "length"), "| ")) // a list counts as its length anyway
	var way []func(any) any
	for rest := path; rest != "" && rest != "."; {
		switch end := strings.IndexAny(rest[1:], ".["); {
		case rest[0] == '[':
			inside, after, closed := strings.Cut(rest[1:], "]")
			n, err := strconv.Atoi(inside)
			if !closed || err != nil || n < 0 {
				return nil, fmt.Errorf("path %q: %q is no place in a list; a path looks like .orders[0].count", path, rest)
			}
			way, rest = append(way, item(n)), after
		case rest[0] == '.' && end != 0:
			name := rest[1:]
			if end > 0 {
				name = rest[1 : 1+end]
			}
			way, rest = append(way, member(name)), rest[1+len(name):]
		default:
			return nil, fmt.Errorf("path %q: %q is no step; a path looks like .orders[0].count", path, rest)
		}
	}
	return way, nil
}

func member(name string) func(any) any {
	return func(value any) any {
		object, _ := value.(map[string]any)
		return object[name]
	}
}

func item(n int) func(any) any {
	return func(value any) any {
		if list, ok := value.([]any); ok && n < len(list) {
			return list[n]
		}
		return nil
	}
}
