package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/console/wire"
)

// DefaultServer is where khop serve listens unless it is told otherwise.
const DefaultServer = "http://127.0.0.1:8700"

// ErrUnreachable is wrapped where no khop answers.
var ErrUnreachable = errors.New("no khop answers")

const (
	prefix = "/api/v1"
	// answerTimeout is how long an answer may take in all, streams aside.
	answerTimeout = time.Minute
	// longestAnswer is how much of an answer is read, in bytes.
	longestAnswer = 256 << 20
)

// Client is a khop serve, as seen from outside. It is safe for concurrent use.
type Client struct {
	server string // without a slash at the end
	token  string
	http   *http.Client
}

// New is the khop serve at an address, such as DefaultServer. The token is the one that
// it was started with; empty where it needs none.
func New(server, token string) (*Client, error) {
	address, err := url.Parse(server)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the address of khop serve: %w", err)
	case address.Scheme != "http" && address.Scheme != "https", address.Host == "":
		return nil, fmt.Errorf("%q is no address of khop serve; it looks like %s", server, DefaultServer)
	case address.RawQuery != "" || address.Fragment != "":
		return nil, fmt.Errorf("%q: an address of khop serve has nothing behind its path", server)
	}
	return &Client{
		server: strings.TrimSuffix(server, "/"), token: token,
		// A redirection would carry the token elsewhere, and khop makes none.
		http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// do makes one request and reads the answer into a shape; nil wants none. A body of nil
// is none.
func (c *Client) do(ctx context.Context, method, path string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	response, err := c.send(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if into == nil {
		if response.StatusCode != http.StatusNoContent {
			return c.stranger(response, "is answered "+response.Status)
		}
		return nil
	}
	if err := c.declared(response, "application/json"); err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return c.unreachable(err)
	}
	if why := misshapen(text, into); why != "" {
		return c.stranger(response, why)
	}
	return nil
}

// request makes a request of this API; the path may have a query string.
func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("writing the request: %w", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.server+prefix+path, bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	return request, nil
}

// send makes a request; an answer that is a refusal is an error.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer response.Body.Close()
	return nil, c.refusal(response)
}

// unreachable says that nobody answers; where the caller does not want to know any more,
// that is said instead.
func (c *Client) unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	cause := err
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		cause = wrapped.Err // the address is named once
	}
	return fmt.Errorf("%w at %s: %w; is khop serve running?", ErrUnreachable, c.server, cause)
}

// refusal is why khop, or somebody between, refuses.
func (c *Client) refusal(response *http.Response) error {
	if response.StatusCode == http.StatusUnauthorized {
		return wire.Refuse(http.StatusUnauthorized, "%s wants the token that it was started with: give --token, or set KHOP_TOKEN", c.server)
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10)) // what is there of a reason
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	problem := &wire.Problem{}
	if kind == wire.ProblemType && json.Unmarshal(text, problem) == nil && problem.Status != 0 {
		return problem
	}
	said, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	switch status := response.StatusCode; {
	case status == http.StatusForbidden, status == http.StatusProxyAuthRequired, status >= http.StatusInternalServerError:
		return wire.Refuse(status, "%s answers %s: %.200s", c.server, response.Status, said)
	}
	return c.stranger(response, "is answered "+response.Status)
}

// ask makes a request without a body, or with one, and reads a shape.
func ask[Shape any](ctx context.Context, c *Client, method, path string, body any) (shape Shape, err error) {
	err = c.do(ctx, method, path, body, &shape)
	return shape, err
}
