package api

// Routes are the API's routes as the mux knows them: "GET /api/v1/apps".
func Routes() []string {
	var patterns []string
	for _, r := range (&api{}).routes() {
		patterns = append(patterns, r.pattern())
	}
	return patterns
}

// Parameters are those that each route takes in its query string.
func Parameters() map[string][]string {
	all := map[string][]string{}
	for _, r := range (&api{}).routes() {
		all[r.pattern()] = r.parameters
	}
	return all
}
