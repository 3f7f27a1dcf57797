package suites

import (
	"net/url"
	"regexp"
	"strings"
)

// What lets somebody in stands in many places of a configuration, and says so by its
// place alone: behind the scheme of an address, after a header's name, in a flag.

// harmless are the names of headers whose value lets nobody in. Any other that the
// user gives may be a credential: some providers agree on one under a free name.
var harmless = regexp.MustCompile(`(?i)^(host|accept.*|content-.*|user-agent|cache-control|forwarded|x-forwarded-.*)$`)

// credentialsUnder are what a header's value may let somebody in with.
func credentialsUnder(name, value string) []string {
	if harmless.MatchString(name) {
		return nil
	}
	all := []string{value}
	if _, token, ok := strings.Cut(value, " "); ok {
		all = append(all, strings.TrimSpace(token)) // Bearer and its like are no secret
	}
	return all
}

// credentialsIn are what an address may let somebody in with: its password, a user
// without one, who is a token then, and every value of its query.
func credentialsIn(u *url.URL) []string {
	var all []string
	if u.User != nil {
		name := u.User.Username()
		if password, ok := u.User.Password(); ok {
			all = append(all, password, name+":"+password) // the latter is sent in base64
		} else {
			all = append(all, name)
		}
	}
	for _, values := range u.Query() {
		all = append(all, values...)
	}
	for _, parameter := range strings.FieldsFunc(u.RawQuery, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, given := strings.Cut(parameter, "=")
		if !given {
			value = name // ?token
		}
		all = append(all, value) // as it is written, which escapes do not decide alone
	}
	return all
}

// userOf is who an address lets in with a password.
func userOf(u *url.URL) string {
	if u == nil || u.User == nil {
		return ""
	}
	if _, ok := u.User.Password(); !ok {
		return ""
	}
	return u.User.Username()
}

// Where credentials stand in a shell command.
var (
	addressInCommand = regexp.MustCompile(`https?://[^\s'"]+`)
	headerInCommand  = regexp.MustCompile(`(?:^|[\s'"=])([A-Za-z][\w-]*):\s*([^'"\s][^'"]*)`)
	userInCommand    = regexp.MustCompile(`(?:^|\s)(?:-u|--user|--oauth2-bearer|--password)(?:\s+|=)?['"]?([^\s'"]+)`)
	setInCommand     = regexp.MustCompile(`(?:^|\s)[A-Za-z_]*(?i:token|secret|password|passwd|pwd|key|auth)[A-Za-z_]*=['"]?([^\s'"]+)`)
)

// credentialsOf are what an observer's command, or address, may let somebody in with.
// A variable of the shell is a name and none.
func credentialsOf(command string) []string {
	var all []string
	for _, address := range addressInCommand.FindAllString(command, -1) {
		if u, err := url.Parse(address); err == nil {
			all = append(all, credentialsIn(u)...)
		}
	}
	for _, header := range headerInCommand.FindAllStringSubmatch(command, -1) {
		if !strings.HasPrefix(header[2], "//") { // an address, seen above
			all = append(all, credentialsUnder(header[1], strings.TrimSpace(header[2]))...)
		}
	}
	for _, form := range []*regexp.Regexp{userInCommand, setInCommand} {
		for _, found := range form.FindAllStringSubmatch(command, -1) {
			all = append(all, found[1])
			if _, password, ok := strings.Cut(found[1], ":"); ok {
				all = append(all, password)
			}
		}
	}
	var secret []string
	for _, one := range all {
		if !strings.Contains(one, "{key}") && !strings.Contains(one, "$") {
			secret = append(secret, one)
		}
	}
	return secret
}
