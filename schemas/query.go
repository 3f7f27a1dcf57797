package schemas

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// FromQuery turns a query string into the document that a schema of query parameters judges: an object of strings.
// A parameter that comes more than once becomes an array, which such a schema refuses.
func FromQuery(query string) ([]byte, error) {
	parameters, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("read the query string: %w", err)
	}
	document := make(map[string]any, len(parameters))
	for name, values := range parameters {
		if len(values) == 1 {
			document[name] = values[0]
		} else {
			document[name] = values
		}
	}
	return json.Marshal(document)
}
