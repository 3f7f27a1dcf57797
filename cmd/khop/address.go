package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/net/http/httpguts"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/target"
)

// address are the flags that say where the target is and how to reach it.
type address struct {
	url         string
	headers     []string
	timeout     time.Duration
	authorities string
	insecure    bool
}

func (a *address) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&a.url, "target", "t", "", "the receiver's webhook `URL`")
	cmd.Flags().StringArrayVarP(&a.headers, "header", "H", nil, "send this `\"Name: value\"` with every delivery; may be repeated")
	cmd.Flags().DurationVar(&a.timeout, "timeout", target.DefaultTimeout, "how long one answer may take before it counts as none")
	cmd.Flags().StringVar(&a.authorities, "ca", "", "trust the certificates in this PEM `file`")
	cmd.Flags().BoolVar(&a.insecure, "insecure-tls", false, "do not verify the target's certificate")
}

// take fills the flags in from a configuration.
func (a *address) take(run plan.Run) {
	a.url, a.timeout, a.authorities, a.insecure = run.Target, run.Timeout, run.CA, run.InsecureTLS
	for name, value := range run.Headers {
		a.headers = append(a.headers, name+": "+value)
	}
}

// forProvider is the target of a provider's deliveries: a header of the user's must
// not take the place of the provider's own.
func (a *address) forProvider(p *mocks.Provider) (target.Config, error) {
	config, err := a.target()
	if err != nil {
		return config, err
	}
	for _, name := range slices.Sorted(maps.Keys(config.Header)) {
		for _, value := range config.Header[name] {
			if err := p.CheckHeader(name, value); err != nil {
				return config, flagged(err)
			}
		}
	}
	return config, nil
}

func (a *address) target() (target.Config, error) {
	u, err := target.ParseURL(a.url)
	if err != nil {
		return target.Config{}, fmt.Errorf("--target: %w", err)
	}
	if a.timeout <= 0 {
		return target.Config{}, fmt.Errorf("--timeout %s: has to be more than nothing", a.timeout)
	}
	config := target.Config{URL: u, Timeout: a.timeout, Header: http.Header{}}
	for _, header := range a.headers {
		name, value, ok := strings.Cut(header, ":")
		if !ok || !httpguts.ValidHeaderFieldName(strings.TrimSpace(name)) || !httpguts.ValidHeaderFieldValue(value) {
			return target.Config{}, fmt.Errorf("--header wants \"Name: value\", the name without blanks and the value on one line")
		}
		config.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if a.authorities != "" || a.insecure {
		config.TLS = &tls.Config{InsecureSkipVerify: a.insecure}
	}
	if a.authorities != "" {
		pem, err := os.ReadFile(a.authorities)
		if err != nil {
			return target.Config{}, fmt.Errorf("--ca: %w", err)
		}
		config.TLS.RootCAs = x509.NewCertPool()
		if !config.TLS.RootCAs.AppendCertsFromPEM(pem) {
			return target.Config{}, fmt.Errorf("--ca %s: holds no PEM certificate", a.authorities)
		}
	}
	return config, nil
}

// flags spells the address again, without header values: they may be secret.
func (a *address) flags() string {
	out := " --target " + quote(a.url)
	for _, header := range a.headers {
		name, _, _ := strings.Cut(header, ":")
		out += " --header " + quote(strings.TrimSpace(name)+": ...")
	}
	if a.authorities != "" {
		out += " --ca " + quote(a.authorities)
	}
	if a.insecure {
		out += " --insecure-tls"
	}
	if a.timeout != target.DefaultTimeout {
		out += " --timeout " + a.timeout.String()
	}
	return out
}

// quote makes a word safe for a POSIX shell.
func quote(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// unrevealed spells a command or URL of the user's own again: itself where it is an
// address without credentials, else a variable that the user may put it into. What a
// command holds that is secret, only its author knows.
func unrevealed(text, variable string) string {
	address := text
	if rest, ok := strings.CutPrefix(text, "{target}"); ok {
		address = "http://target" + rest
	}
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		return quote(text)
	}
	return `"$` + variable + `"`
}
