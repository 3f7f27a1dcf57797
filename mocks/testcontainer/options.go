package testcontainer

import (
	"errors"
	"fmt"

	"github.com/testcontainers/testcontainers-go"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/abaha"
	"github.com/khop-dev/khop/mocks/accesstrade"
	_ "github.com/khop-dev/khop/mocks/platforms" // a receiver may be any provider's
)

// Option says which part khop plays in its container. One is needed.
type Option func(*part) error

var _ testcontainers.ContainerCustomizer = Option(nil)

// Customize does nothing by itself: Run carries the options out, before those of
// testcontainers-go.
func (Option) Customize(*testcontainers.GenericContainerRequest) error { return nil }

// part is what khop plays.
type part struct {
	cmd   []string
	env   map[string]string // the secrets, which a command line would show
	port  string
	path  string // of what is served, behind the address
	ready string // path that answers 200 as soon as khop listens
}

// errOnePart is why a container cannot be started that has no part to play, or two.
var errOnePart = errors.New("khop plays exactly one part in a container: give either WithAccessTrade or WithReceiver")

// WithAccessTrade lets khop play AccessTrade's endpoint for the merchant who has these
// keys. WithCmdArgs of testcontainers-go adds flags of `khop mock`:
// "--failure-status", "422".
func WithAccessTrade(accessKey, secretKey string) Option {
	return func(p *part) error {
		return p.play(accesstrade.Name, map[string]string{accesstrade.AccessKey: accessKey, accesstrade.SecretKey: secretKey}, part{
			cmd:   []string{"mock", accesstrade.Name, "--listen", "0.0.0.0:8090"},
			port:  "8090/tcp",
			ready: accesstrade.JournalPath,
		})
	}
}

// WithReceiver lets khop play the reference receiver of a provider's deliveries, a
// correct one or one with the bugs that are named (`khop list defects`). The secrets
// have the names that they have on khop's command line: "partner_code". For Abaha
// "header" may hold the custom header that was agreed, "X-Abaha-Token: t".
func WithReceiver(provider string, secrets map[string]string, defects ...string) Option {
	return func(p *part) error {
		receiver := part{
			cmd:   []string{"receiver", provider, "--listen", "0.0.0.0:3000"},
			port:  "3000/tcp",
			path:  "/hook",
			ready: "/applied",
		}
		if provider == accesstrade.Name { // it has the paths of the document, and no other
			receiver.path, receiver.ready = "", accesstrade.ListingPath
		}
		for _, defect := range defects {
			receiver.cmd = append(receiver.cmd, "--defect", defect)
		}
		return p.play(provider, secrets, receiver)
	}
}

// agreedHeader is the secret of Abaha's receiver that is a flag to khop.
const agreedHeader = "header"

// play takes a part on, with the secrets of a provider.
func (p *part) play(provider string, secrets map[string]string, role part) error {
	if p.cmd != nil {
		return errOnePart
	}
	known, err := mocks.Lookup(provider)
	if err != nil {
		return err
	}
	role.env = map[string]string{}
	for name, value := range secrets {
		switch {
		case provider == abaha.Name && name == agreedHeader:
			role.cmd = append(role.cmd, "--header", value)
		case value == "":
			return fmt.Errorf("the secret %s of %s is empty", name, known.Title)
		default:
			role.env[known.Variable(name)] = value
		}
	}
	*p = role
	return nil
}
