package accesstrade

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the provider prescribes MD5
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/khop-dev/khop/schemas"
)

// Formula is a way to sign a call: lower-case hex MD5 of some text of the request
// followed by the secret key.
type Formula struct {
	Name string // "date"
	Text string // "md5(date + secret_key)"
	text func(subject) string
}

// The words that stand for no single formula in a Config.
const (
	AnyFormula = "any"
	Unchecked  = "unchecked"
)

// Call is one of the three calls that the document knows.
type Call string

// The calls, and what is none of them.
const (
	Postback   Call = "postback"
	Listing    Call = "listing"
	BulkUpdate Call = "bulk-update"
	Other      Call = "other"
)

// Formulas lists how a call may be signed. A postback has the one documented
// formula (Tracking API, signature). The others are candidates: the document gives
// them the same text, and they have no transaction_id, or many.
func Formulas(call Call) []Formula {
	secret := Formula{"secret", "md5(secret_key)", func(subject) string { return "" }}
	switch call {
	case Postback:
		return []Formula{documented}
	case Listing:
		return []Formula{secret, {"date", "md5(date + secret_key)", func(s subject) string { return s.date }}}
	case BulkUpdate:
		return []Formula{
			{"first-id", "md5(first transaction_id + secret_key)", func(s subject) string { return strings.Join(s.ids[:min(1, len(s.ids))], "") }},
			{"all-ids", "md5(all transaction_ids in order + secret_key)", func(s subject) string { return strings.Join(s.ids, "") }},
			{"request-time", "md5(request_time + secret_key)", func(s subject) string { return s.requestTime }},
			secret,
		}
	}
	return nil
}

// FormulaOf finds a call's formula by its name.
func FormulaOf(call Call, name string) (Formula, error) {
	formulas := Formulas(call)
	known := names(formulas)
	if i := slices.Index(known, name); i >= 0 {
		return formulas[i], nil
	}
	return Formula{}, fmt.Errorf("no signature formula %q for the AccessTrade call %s: %s", name, call, schemas.Hint(name, known))
}

var documented = Formula{"transaction-id", "md5(transaction_id + secret_key)", func(s subject) string { return strings.Join(s.ids, "") }}

// subject is what of a request may enter its signature.
type subject struct {
	ids               []string
	date, requestTime string
}

func (f Formula) sign(s subject, secretKey string) string { return md5Hex(f.text(s) + secretKey) }

func md5Hex(text string) string {
	sum := md5Text([]byte(text))
	return string(sum[:])
}

// md5Text is an MD5 in lower-case hex.
func md5Text(text []byte) (letters [2 * md5.Size]byte) {
	sum := md5.Sum(text) //nolint:gosec // see above
	hex.Encode(letters[:], sum[:])
	return letters
}

// allowed names the formulas that a setting lets through; none for Unchecked.
func allowed(call Call, setting string) ([]Formula, error) {
	switch setting {
	case "", AnyFormula:
		return Formulas(call), nil
	case Unchecked:
		return nil, nil
	}
	formula, err := FormulaOf(call, setting)
	if err != nil {
		return nil, fmt.Errorf("%w; %s and %s are words for more than one", err, AnyFormula, Unchecked)
	}
	return []Formula{formula}, nil
}

// matching are the formulas that a signature fits.
func matching(formulas []Formula, s subject, secretKey, signature string) []Formula {
	return slices.DeleteFunc(slices.Clone(formulas), func(f Formula) bool {
		return !same(f.sign(s, secretKey), signature)
	})
}

// overlap tells whether two lists have a formula in common.
func overlap(a, b []Formula) bool {
	return slices.ContainsFunc(a, func(f Formula) bool { return slices.Contains(names(b), f.Name) })
}

func names(formulas []Formula) []string {
	var all []string
	for _, f := range formulas {
		all = append(all, f.Name)
	}
	return all
}

// same compares in a time that says nothing about either text.
func same(a, b string) bool { return fingerprintOf([]byte(a)).fits([]byte(b)) }

// fingerprint stands for a text that others are compared with.
type fingerprint [sha256.Size]byte

func fingerprintOf(text []byte) fingerprint { return sha256.Sum256(text) }

// fits tells whether it is the text's, in a time that says nothing about either of them.
func (f fingerprint) fits(text []byte) bool {
	other := fingerprintOf(text)
	return subtle.ConstantTimeCompare(f[:], other[:]) == 1
}

// misreading says what a wrong signature seems to be; empty when nothing fits.
func misreading(formulas []Formula, s subject, secretKey, signature string) string {
	hmacMD5 := func(text string) string {
		mac := hmac.New(md5.New, []byte(secretKey))
		mac.Write([]byte(text))
		return hex.EncodeToString(mac.Sum(nil))
	}
	for _, f := range formulas {
		text := f.text(s)
		sum := sha256.Sum256([]byte(text + secretKey))
		for _, guess := range []struct{ signature, name string }{
			{strings.ToUpper(f.sign(s, secretKey)), "the right digest in upper-case hex, and lower case is wanted"},
			{md5Hex(secretKey + text), "made with the secret key in front"},
			{md5Hex(text), "made without the secret key"},
			{md5Hex(strings.TrimSpace(text) + secretKey), "made after trimming blanks"},
			{md5Hex(strings.ToLower(text) + secretKey), "made after lower-casing"},
			{hmacMD5(text), "an HMAC-MD5, and a plain MD5 is wanted"},
			{hex.EncodeToString(sum[:]), "a SHA-256, and an MD5 is wanted"},
		} {
			if same(guess.signature, signature) {
				return guess.name
			}
		}
	}
	return ""
}

// texts tells formulas to people: "md5(a) or md5(b)".
func texts(formulas []Formula) string {
	var all []string
	for _, f := range formulas {
		all = append(all, f.Text)
	}
	return strings.Join(all, " or ")
}
