package accesstrade

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// Document is the public address of the document that the package follows.
const Document = "https://docs.accesstrade.vn, Tracking API"

// The paths of the three documented calls, and of what can be asked for besides.
const (
	PostbackPath     = "/core/transactions/postback"
	ListingPath      = "/core/transactions"
	BulkUpdatePath   = "/core/transactions/postbacks/common"
	JournalPath      = "/_khop/journal"
	TransactionsPath = "/_khop/transactions"
)

// Endpoint is AccessTrade's side of the API. It is safe for concurrent use.
type Endpoint struct {
	config    Config
	keys      keyring
	accessKey fingerprint
	routes    map[string]route
	journal   ring
	faults    faults
}

var _ http.Handler = (*Endpoint)(nil)

// route is how one call is taken.
type route struct {
	call   Call
	method string
	read   func(r *http.Request, body []byte) reading
}

// New makes an endpoint. Its errors say what is wrong with the config.
func New(config Config) (*Endpoint, error) {
	config, err := config.completed()
	if err != nil {
		return nil, err
	}
	listing, err := allowed(Listing, config.ListingFormula)
	if err != nil {
		return nil, err
	}
	bulk, err := allowed(BulkUpdate, config.BulkFormula)
	if err != nil {
		return nil, err
	}
	e := &Endpoint{
		config: config, keys: newKeyring(config.AccessKey, config.SecretKey),
		accessKey: fingerprintOf([]byte(config.AccessKey)),
	}
	e.journal.keep = config.Keep
	e.journal.begin(config.Past)
	e.routes = map[string]route{
		PostbackPath: {Postback, http.MethodPost, func(_ *http.Request, body []byte) reading {
			return e.readPostback(body)
		}},
		ListingPath: {Listing, http.MethodGet, func(r *http.Request, _ []byte) reading {
			return e.readListing(r.URL.RawQuery, listing)
		}},
		BulkUpdatePath: {BulkUpdate, http.MethodPost, func(_ *http.Request, body []byte) reading {
			return e.readBulkUpdate(body, bulk)
		}},
	}
	return e, nil
}

// ServeHTTP answers a call, or one of the two views under /_khop/.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case JournalPath:
		view(w, r, e.viewJournal)
	case TransactionsPath:
		view(w, r, e.viewTransactions)
	default:
		e.take(w, r)
	}
}

// take lets one request go its way: received, decided about, written down, answered.
func (e *Endpoint) take(w http.ResponseWriter, r *http.Request) {
	entry := Entry{Time: e.config.Now(), Call: Other}
	body := emptyBody()
	defer giveBack(body)
	broken := receive(w, r, body)
	text := body.String()
	entry.Request = e.keys.received(r, text)
	entry.SecretSent = e.keys.exposed(r, text)

	fault, answer := e.direct(r, body.Bytes(), broken, &entry)
	entry.Fault, entry.Status = fault.Name, answer.status
	if fault.silence != speaks {
		entry.Status = 0
	}
	entry = e.journal.add(entry)
	if e.config.Watch != nil {
		e.config.Watch(entry)
	}
	fault.keepSilent(r.Context())
	answer.write(w)
}

// direct brings a request to the call that it is for, or says why there is none. The
// fault is the one that is due with it.
func (e *Endpoint) direct(r *http.Request, body []byte, broken *unreceived, entry *Entry) (Fault, reply) {
	route, known := e.routes[r.URL.Path]
	if !known {
		return Fault{}, e.refuse(entry, http.StatusNotFound, problem("", "path",
			"the calls are POST "+PostbackPath+", GET "+ListingPath+" and POST "+BulkUpdatePath))
	}
	entry.Call = route.call
	if r.Method != route.method {
		answer := e.refuse(entry, http.StatusMethodNotAllowed, problem("", "method", "this call is a "+route.method))
		answer.allow = route.method
		return Fault{}, answer
	}
	if broken != nil {
		return Fault{}, e.refuse(entry, broken.status, broken.problem)
	}
	var fault Fault
	if route.call == Postback {
		fault = e.faults.next()
	}
	read := route.read(r, body)
	if route.method == http.MethodPost {
		read.remarks = mistyped(r.Header["Content-Type"])
	}
	return fault, e.decide(context.WithoutCancel(r.Context()), entry, read, fault)
}

// decide carries out what was read, refuses it, or lets a fault come first. A
// request that has arrived is carried out even when the merchant has hung up, which
// is what the context is to allow.
func (e *Endpoint) decide(ctx context.Context, entry *Entry, read reading, fault Fault) reply {
	entry.Formulas, entry.Count = read.formulas, len(read.ids)
	entry.Transactions = e.keys.ids(read.ids)
	if len(read.remarks) > 0 {
		entry.Problems = e.hidden(read.remarks)
	}
	if fault.Name != "" && !fault.after {
		entry.Problems = e.hidden(read.wrong(read.problems))
		entry.Verdict = NotProcessed
		return e.played(entry, fault)
	}
	if len(read.problems) > 0 {
		return e.refuse(entry, e.config.FailureStatus, read.wrong(read.problems)...)
	}
	success, problems, err := read.carryOut(ctx, entry)
	switch {
	case err != nil:
		entry.Verdict, entry.Message = Failed, e.keys.mask("khop's own store failed: "+err.Error())
		return reply{status: http.StatusInternalServerError, body: outcome{false, entry.Message}}
	case len(problems) > 0:
		return e.refuse(entry, e.config.FailureStatus, read.wrong(problems)...)
	}
	entry.Verdict = Accepted
	if done, ok := success.(outcome); ok {
		entry.Message = done.Message
	}
	if fault.status != 0 {
		return e.played(entry, fault)
	}
	return reply{status: http.StatusOK, body: success}
}

// refuse notes why and answers so.
func (e *Endpoint) refuse(entry *Entry, status int, problems ...Problem) reply {
	entry.Verdict = Refused
	entry.Problems = e.hidden(problems)
	entry.Message = summary(entry.Problems, len(problems))
	return reply{status: status, body: outcome{false, entry.Message}}
}

// played answers with a fault in place of the truth.
func (e *Endpoint) played(entry *Entry, fault Fault) reply {
	entry.Message = fmt.Sprintf("khop plays the fault %q", fault.Name)
	status := fault.status
	if status == 0 {
		status = e.config.FailureStatus
	}
	if fault.page {
		return reply{status: status, page: maintenance}
	}
	return reply{status: status, body: outcome{false, entry.Message}}
}

// hidden are the problems that the journal keeps, without keys in them.
func (e *Endpoint) hidden(problems []Problem) []Problem {
	problems = slices.Clone(problems[:min(mostKept, len(problems))])
	for i := range problems {
		problems[i].Member = e.keys.mask(problems[i].Member)
		problems[i].Message = e.keys.mask(problems[i].Message)
	}
	return problems
}
