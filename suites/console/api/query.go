package api

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/wire"
)

// query is the query string of a request, each parameter at most once.
type query map[string]string

// readQuery reads a query string strictly: a parameter that the route does not know is a
// typing error, and not to be passed over.
func readQuery(r *http.Request, to route) (query, error) {
	if to.lenient {
		return nil, nil
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, wire.Refuse(http.StatusBadRequest, "the query string cannot be read: %s", err)
	}
	q := query{}
	for _, name := range sorted(values) {
		if !slices.Contains(to.parameters, name) {
			return nil, wire.Refuse(http.StatusBadRequest, "there is no parameter %q%s", name, mocks.Suggest(name, to.parameters))
		}
		if len(values[name]) > 1 {
			return nil, wire.Refuse(http.StatusBadRequest, "the parameter %s is there %d times; give it once", name, len(values[name]))
		}
		q[name] = values[name][0]
	}
	return q, nil
}

// number is a parameter that is a whole number from 0 to most; what is not given is 0.
func (q query) number(name string, most int64) (int64, error) {
	given, there := q[name]
	if !there {
		return 0, nil
	}
	n, err := strconv.ParseInt(given, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, wire.Refuse(http.StatusBadRequest, "%s=%s: has to be a whole number from 0 to %d", name, given, most)
	}
	return n, nil
}

// limit is how many a page may have.
func (q query) limit() (int, error) {
	limit, err := q.number("limit", outbox.MaxLimit)
	return int(cmp.Or(limit, outbox.DefaultLimit)), err
}

// word is a parameter that is one of a few words, or not given.
func (q query) word(name string, known ...string) (string, error) {
	given, there := q[name]
	if there && !slices.Contains(known, given) {
		return "", wire.Refuse(http.StatusBadRequest, "%s=%s: has to be one of %s", name, given, strings.Join(known, ", "))
	}
	return given, nil
}

// flag is a parameter that is on when it is there, without a value or with true.
func (q query) flag(name string) (bool, error) {
	given, there := q[name]
	switch {
	case !there || given == "false":
		return false, nil
	case given == "" || given == "true":
		return true, nil
	}
	return false, wire.Refuse(http.StatusBadRequest, "%s=%s: has to be true or false", name, given)
}

// sorted are a map's names in their order, so that of several mistakes always the same
// one is told.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
