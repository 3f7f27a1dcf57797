package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // the provider prescribes MD5
	"crypto/sha1" //nolint:gosec // somebody takes it for the prescribed one
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// memberName is where AccessTrade's signature stands: in the body or the query string.
const memberName = "signature"

// memberSignature makes a scheme of the formula by which a call is signed, so that it is
// signed and judged as a header is. Without a name it is the call's first formula, and
// the others are as right: the document does not say which one holds.
func memberSignature(account mocks.Account, body []byte, name string) (signature, error) {
	call, payload, err := callOf(body)
	if err != nil {
		return signature{}, err
	}
	formulas := accesstrade.Formulas(call)
	formula := formulas[0]
	if name != "" {
		if formula, err = accesstrade.FormulaOf(call, name); err != nil {
			return signature{}, fmt.Errorf("--formula: %w", err)
		}
	}
	var others, lookalikes []mocks.Lookalike
	for _, other := range formulas {
		if other.Name != formula.Name {
			others = append(others, mocks.Lookalike{Name: other.Text + " (--formula " + other.Name + ")", Digest: digestOf(call, payload, other)})
		}
		lookalikes = append(lookalikes, misreadings(other, signedText(payload, other))...)
	}
	if account.Secrets[accesstrade.AccessKey] == "" { // what is made with it cannot be known again
		lookalikes = slices.DeleteFunc(lookalikes, func(l mocks.Lookalike) bool { return strings.Contains(l.Name, "access key") })
	}
	if name != "" {
		others, lookalikes = nil, append(others, lookalikes...)
	}
	return signature{
		scheme:   &mocks.Scheme{Header: memberName, Digest: digestOf(call, payload, formula), Lookalikes: lookalikes},
		accounts: []mocks.Account{account}, body: body, formulas: others,
	}, nil
}

// callOf tells which call some bytes are.
func callOf(body []byte) (accesstrade.Call, rawjson.Value, error) {
	payload, err := rawjson.Parse(body)
	if err != nil && bytes.Contains(body, []byte("=")) && !bytes.ContainsAny(body, "{\"") {
		query, err := url.ParseQuery(strings.TrimSpace(string(body)))
		if err != nil {
			return "", payload, fmt.Errorf("reading a listing's query string: %w", err)
		}
		return accesstrade.Listing, rawjson.Record(
			rawjson.Member{Name: "date", Value: rawjson.Text(query.Get("date"))},
			rawjson.Member{Name: "status", Value: rawjson.Text(query.Get("status"))},
		), nil
	}
	if err != nil {
		return "", payload, fmt.Errorf("the bytes are neither JSON nor a listing's query string: %w", err)
	}
	if _, single := payload.Get("/transaction_id"); single {
		return accesstrade.Postback, payload, nil
	}
	if _, many := payload.Get("/transactions"); many {
		return accesstrade.BulkUpdate, payload, nil
	}
	return "", payload, errors.New("the bytes are no call to AccessTrade: a postback has transaction_id, a bulk update transactions, a listing is a query string")
}

// digestOf signs a call as AccessTrade's merchant does.
func digestOf(call accesstrade.Call, payload rawjson.Value, formula accesstrade.Formula) func(map[string]string, []byte) string {
	return func(secrets map[string]string, _ []byte) string {
		merchant := accesstrade.Merchant{SecretKey: secrets[accesstrade.SecretKey], ListingFormula: formula, BulkFormula: formula}
		var signed rawjson.Value
		switch call {
		case accesstrade.Postback:
			signed = rawjson.MustParse(merchant.Postback(payload).Body)
		case accesstrade.BulkUpdate:
			signed = rawjson.MustParse(merchant.BulkUpdate(payload).Body)
		case accesstrade.Listing:
			query, _ := url.ParseQuery(merchant.Listing(textAt(payload, "/date"), textAt(payload, "/status")).Query)
			return query.Get(memberName)
		}
		return textAt(signed, "/"+memberName)
	}
}

// signedText is what of a call stands before the secret key in a formula.
func signedText(payload rawjson.Value, formula accesstrade.Formula) string {
	var ids []string
	transactions, _ := payload.Get("/transactions")
	for _, t := range transactions.Items() {
		ids = append(ids, textAt(t, "/transaction_id"))
	}
	switch formula.Name {
	case "transaction-id":
		return textAt(payload, "/transaction_id")
	case "date":
		return textAt(payload, "/date")
	case "first-id":
		return strings.Join(ids[:min(1, len(ids))], "")
	case "all-ids":
		return strings.Join(ids, "")
	case "request-time":
		return textAt(payload, "/request_time")
	}
	return ""
}

// misreadings are the ways in which a formula is misunderstood.
func misreadings(formula accesstrade.Formula, text string) []mocks.Lookalike {
	var all []mocks.Lookalike
	like := func(name string, digest func(accessKey, secretKey string) []byte) {
		all = append(all, mocks.Lookalike{Confusion: mocks.Misreading, Name: name, Digest: func(s map[string]string, _ []byte) string {
			return hex.EncodeToString(digest(s[accesstrade.AccessKey], s[accesstrade.SecretKey]))
		}})
	}
	like(formula.Text+" with the secret key in front", func(_, secret string) []byte { return md5Of(secret + text) })
	like(formula.Text+" with the access key, and in front, in place of the secret key", func(access, _ string) []byte { return md5Of(access + text) })
	like(formula.Text+" with nothing before the secret key", func(_, secret string) []byte { return md5Of(secret) })
	like(formula.Text+` with the word "undefined" before the secret key`, func(_, secret string) []byte { return md5Of("undefined" + secret) })
	for _, separator := range []string{":", "+", "|", "-", ".", "&", " "} {
		like(fmt.Sprintf("%s with %q before the secret key", formula.Text, separator), func(_, secret string) []byte { return md5Of(text + separator + secret) })
	}
	like(formula.Text+" without the secret key", func(_, _ string) []byte { return md5Of(text) })
	like(formula.Text+" with the access key in the secret key's place", func(access, _ string) []byte { return md5Of(text + access) })
	like(formula.Text+" with the text in lower case", func(_, secret string) []byte { return md5Of(strings.ToLower(text) + secret) })
	like(formula.Text+" with the blanks trimmed", func(_, secret string) []byte { return md5Of(strings.TrimSpace(text) + secret) })
	hmacMD5 := func(key string) []byte {
		mac := hmac.New(md5.New, []byte(key))
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	like("an HMAC-MD5 in place of "+formula.Text, func(_, secret string) []byte { return hmacMD5(secret) })
	like("an HMAC-MD5, keyed with the access key, in place of "+formula.Text, func(access, _ string) []byte { return hmacMD5(access) })
	like("a SHA-1 in place of "+formula.Text, func(_, secret string) []byte {
		sum := sha1.Sum([]byte(text + secret)) //nolint:gosec // see above
		return sum[:]
	})
	like("a SHA-256 in place of "+formula.Text, func(_, secret string) []byte {
		sum := sha256.Sum256([]byte(text + secret))
		return sum[:]
	})
	return all
}

func md5Of(text string) []byte {
	sum := md5.Sum([]byte(text)) //nolint:gosec // see above
	return sum[:]
}

// textAt is the text or the digits at a pointer; empty when nothing is there.
func textAt(v rawjson.Value, pointer string) string {
	found, _ := v.Get(pointer)
	return found.Content()
}
