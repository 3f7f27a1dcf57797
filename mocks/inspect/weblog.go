package inspect

import "regexp"

// entry is a line of an access log in the common or combined format of nginx and Apache, as far as it matters: a
// time in brackets, then the request in quotes.
var entry = regexp.MustCompile(`^\S+ .*\[[^\]]+\] "`)

// request is the quoted part of an entry that has a query: method, path, query, protocol.
var request = regexp.MustCompile(`\] "[A-Z]+ [^ ?"]*\?([^ #"]+) HTTP/[0-9.]+"`)

// logEntry tells whether a line is one of an access log.
func logEntry(line []byte) bool { return entry.Match(line) }

// loggedQuery finds the query string of the request that an access log's line tells of.
func loggedQuery(line []byte) (query []byte, at int, ok bool) {
	found := request.FindSubmatchIndex(line)
	if found == nil {
		return nil, 0, false
	}
	return line[found[2]:found[3]], found[2], true
}
