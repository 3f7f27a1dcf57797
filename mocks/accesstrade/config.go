package accesstrade

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Config is how an Endpoint behaves. The zero value of everything but the two keys
// is the reading closest to the document.
type Config struct {
	// AccessKey and SecretKey are what AccessTrade gave the merchant.
	AccessKey, SecretKey string

	// FailureStatus is the HTTP status of a refusal, 200 or 4xx. The document shows
	// only the body of one; 0 means 200.
	FailureStatus int

	// ListingFormula and BulkFormula say which signature is right for the two calls
	// that have no single transaction_id to sign: the name of a Formula; AnyFormula,
	// also when empty, to take each of them and say in the journal which matched; or
	// Unchecked to take anything, where a merchant has agreed on a formula that is
	// not among them.
	ListingFormula, BulkFormula string

	// PendingByDefault lists only pending orders when the query has no status, as
	// the title of the document's section reads. Otherwise no status is no filter,
	// as the document's sample answer has it, which mixes states.
	PendingByDefault bool

	// SkipUnknown takes a bulk update that names unknown orders and changes the
	// others. Otherwise such an update is refused and changes nothing.
	SkipUnknown bool

	// Zone is where a listing's days begin and its times, which carry no zone, are
	// told; nil means Vietnam, seven hours ahead of UTC.
	Zone *time.Location

	// Keep is how many calls the journal holds, the newest ones; 0 means 1000.
	Keep int

	// Past are the calls with which the journal begins, oldest first: those of an
	// endpoint that was stopped, as its Watch was told of them.
	Past []Entry

	// Store keeps the orders; nil means NewMemory(0).
	Store Store

	// Now is the clock; nil means time.Now.
	Now func() time.Time

	// Watch is told of every call when it enters the journal, before the answer goes
	// out; nil tells nobody. Calls come side by side, and so does it.
	Watch func(Entry)
}

// completed fills in the defaults and says what cannot be.
func (c Config) completed() (Config, error) {
	for _, key := range []struct{ name, value string }{{"access_key", c.AccessKey}, {"secret_key", c.SecretKey}} {
		if key.value == "" {
			return c, fmt.Errorf("the AccessTrade endpoint needs its %s, and it is empty: give the one that AccessTrade gave the merchant", key.name)
		}
	}
	if c.FailureStatus == 0 {
		c.FailureStatus = http.StatusOK
	}
	if c.FailureStatus != http.StatusOK && c.FailureStatus/100 != 4 {
		return c, fmt.Errorf("the AccessTrade endpoint cannot refuse with HTTP status %d: choose 200 or one from 400 to 499", c.FailureStatus)
	}
	if c.Keep < 0 {
		return c, errors.New("the AccessTrade endpoint cannot keep fewer than no calls in its journal: give a number above 0, or 0 for 1000")
	}
	if c.Keep == 0 {
		c.Keep = 1000
	}
	if c.Zone == nil {
		c.Zone = vietnam
	}
	if c.Store == nil {
		c.Store = NewMemory(0)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// vietnam is the zone of the provider and its merchants.
var vietnam = time.FixedZone("+07", 7*60*60)
