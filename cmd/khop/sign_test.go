package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the provider prescribes MD5
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures/vectors"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// bodyFile is a file with these bytes.
func bodyFile(t *testing.T, body string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "it's a body.json")
	write(t, file, body)
	return file
}

// listing is a file with the documented query string.
func listing(t *testing.T) string {
	t.Helper()
	return bodyFile(t, printed(t, "accesstrade", "listing-query"))
}

// secretsOfTests are what the tests sign with, by provider.
var secretsOfTests = map[string]map[string]string{
	"superai":     {"partner_code": "PARTNER-42"},
	"mobio":       {"app_id": "APP-1", "app_secret": "S3CRET-9"},
	"accesstrade": {"access_key": "ACCESS-7", "secret_key": "S3CRET-9"},
}

// sign runs khop sign on some bytes; nil secrets are those of the tests.
func sign(t *testing.T, provider, body string, secrets map[string]string, more ...string) (code int, out, complaint string) {
	t.Helper()
	if secrets == nil {
		secrets = secretsOfTests[provider]
	}
	args := []string{"sign", provider, bodyFile(t, body)}
	for name, value := range secrets {
		args = append(args, "--secret", name+"="+value)
	}
	return khop(t, append(args, more...)...)
}

func TestSignKnowsEveryVector(t *testing.T) {
	for _, provider := range []string{vectors.SuperAI, vectors.Mobio} {
		all, err := vectors.Load(provider)
		if err != nil {
			t.Fatal(err)
		}
		signed := 0
		for _, v := range all {
			if hasEmpty(v.Secrets) {
				continue // no account has an empty secret
			}
			signed++
			code, out, complaint := sign(t, provider, string(v.Body), v.Secrets)
			if code != exitConforms || out != v.Headers[0]+"\n" {
				t.Errorf("%s/%s: exit code %d, %q, want %q: %s", provider, v.Name, code, out, v.Headers[0], complaint)
			}
			if told := strings.Contains(complaint, "end with a newline"); told != bytes.HasSuffix(v.Body, []byte("\n")) {
				t.Errorf("%s/%s: said of the newline: %q", provider, v.Name, complaint)
			}
			for _, header := range v.Headers {
				if code, out, _ := sign(t, provider, string(v.Body), v.Secrets, "--verify", header); code != exitConforms || !strings.HasPrefix(out, "fits") {
					t.Errorf("%s/%s: exit code %d of --verify %q: %s", provider, v.Name, code, header, out)
				}
			}
		}
		if signed < 15 {
			t.Errorf("%s: only %d vectors have secrets", provider, signed)
		}
	}
}

func hasEmpty(secrets map[string]string) bool {
	for _, value := range secrets {
		if value == "" {
			return true
		}
	}
	return false
}

func TestSignReadsStandardInput(t *testing.T) {
	child := process(t.Context(), []string{"KHOP_SUPERAI_PARTNER_CODE=PARTNER-42"}, "sign", "superai", "--value")
	child.Stdin = strings.NewReader(printed(t, "superai", "update_status"))
	out, err := child.Output()
	if err != nil {
		t.Fatal(err)
	}
	_, fromFile, _ := sign(t, "superai", printed(t, "superai", "update_status"), nil, "--value")
	if string(out) != fromFile {
		t.Errorf("standard input gives %s, a file %s", out, fromFile)
	}
}

// Each lookalike is what somebody computes by mistake: khop names it, whatever else it
// could be taken for.
func TestVerifyNamesEveryMistake(t *testing.T) {
	for provider, secrets := range secretsOfTests {
		p, err := mocks.Lookup(provider)
		if err != nil {
			t.Fatal(err)
		}
		if p.Scheme == nil {
			continue
		}
		event := map[string]string{"superai": "update_status", "mobio": "sale_create_deal"}[provider]
		body := printed(t, provider, event)
		account, err := p.Account(secrets, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, lookalike := range p.Scheme.Lookalikes {
			value := p.Scheme.Value(account, lookalike.Digest(secrets, []byte(body)))
			code, out, _ := sign(t, provider, body, nil, "--verify", value)
			if code != exitFailed || strings.Contains(out, "no mistake that khop knows") {
				t.Errorf("%s: %s: exit code %d\n%s", provider, lookalike.Name, code, out)
			}
			for _, secret := range secrets {
				if strings.Contains(out, secret) {
					t.Errorf("%s: %s: the secret is shown\n%s", provider, lookalike.Name, out)
				}
			}
		}
		for word := range styles {
			again := printed(t, provider, event, "--style", word)
			value := p.Scheme.Value(account, p.Scheme.Digest(secrets, []byte(again)))
			code, out, _ := sign(t, provider, body, nil, "--verify", value)
			if same := again == body; (code == exitConforms) != same || !same && !namesWriting(out, body, again) {
				t.Errorf("%s as %s: exit code %d\n%s", provider, word, code, out)
			}
		}
	}
}

// namesWriting tells whether what is said names a style that writes a body so.
func namesWriting(said, body, again string) bool {
	for _, style := range styles {
		if strings.Contains(said, "written anew, as "+style.Name) && string(style.Encode(rawjson.MustParse([]byte(body)))) == again {
			return true
		}
	}
	return false
}

func TestVerifyNamesWhatHappenedToAGenuineSignature(t *testing.T) {
	body := printed(t, "mobio", "sale_create_deal")
	_, value, _ := sign(t, "mobio", body, nil, "--value")
	value = strings.TrimSuffix(value, "\n")
	digest := strings.TrimPrefix(value, "mac=")
	for name, one := range map[string]struct {
		body, given string
		more        []string
		want        string
		code        int
	}{
		"as it is":          {body, value, nil, "fits\n", exitConforms},
		"header in front":   {body, "x-mevent-signature: " + value, nil, "fits\n", exitConforms},
		"other dialect":     {body, digest, nil, "fits, written in another way", exitConforms},
		"dialect is pinned": {body, digest, []string{"--set", "signature=mac"}, `written without "mac=" in front`, exitFailed},
		"upper case":        {body, "mac=" + strings.ToUpper(digest), nil, "upper-case hex", exitFailed},
		"foreign prefix":    {body, "sha256=" + digest, nil, `written with "sha256=" in front`, exitFailed},
		"newline came":      {body + "\n", value, nil, "without the newline at their end", exitFailed},
		"cut off":           {body[:len(body)-1], value, nil, "no mistake that khop knows", exitFailed},
		"indented meanwhile": {
			printed(t, "mobio", "sale_create_deal", "--style", "pretty"), value, nil, "written anew, as compact JSON", exitFailed,
		},
		"two at once": {body + "\n", strings.ToUpper(digest), nil, "without the newline at their end\n  it is written in upper-case hex", exitFailed},
	} {
		code, out, _ := sign(t, "mobio", one.body, nil, append(one.more, "--verify", one.given)...)
		if code != one.code || !strings.Contains(out, one.want) {
			t.Errorf("%s: exit code %d, no %q in:\n%s", name, code, one.want, out)
		}
		if one.code == exitFailed && !strings.Contains(out, "right would be X-mevent-signature: mac=") {
			t.Errorf("%s: the right value is not told:\n%s", name, out)
		}
	}
}

func TestVerifyNamesWhatHappenedToTheSecretTheBytesOrTheDigest(t *testing.T) {
	const code = "PARTNER-42"
	body := `{"name":"Đặng Thuỳ Trâm","address":"12/3 Lê Lợi","amount":230000}`
	digest := func(key, body string) string {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(body))
		return hex.EncodeToString(mac.Sum(nil))
	}
	zeroed := body // some body whose digest begins with a zero
	for digest(code, zeroed)[0] != '0' {
		zeroed += " "
	}
	right := digest(code, body)
	compact := strings.NewReplacer("Đặng", `\u0110\u1eb7ng`, "Thuỳ", `Thu\u1ef3`, "Trâm", `Tr\u00e2m`, "Lê", `L\u00ea`, "Lợi", `L\u1ee3i`).Replace(body)
	for name, one := range map[string]struct{ body, given, want string }{
		"blank before the secret": {body, digest(" "+code, body), "a blank before the secret (partner_code)"},
		"blank behind the secret": {body, digest(code+" ", body), "a blank behind the secret (partner_code)"},
		"body read as Latin-1":    {body, digest(code, string(latin1([]byte(body)))), "read as Latin-1 and written as UTF-8"},
		"half a digest":           {body, right[:32], "written without its last 32 digits"},
		"last digit lost":         {body, right[:63], "written without its last digit\n"},
		"first half lost":         {body, right[32:], "written without its first 32 digits\n"},
		"zero lost":               {zeroed, digest(code, zeroed)[1:], "written without its first digit, as a number is"},
		"too little of it":        {body, right[:7], "no mistake that khop knows"},
		"compact and escaped":     {body, digest(code, compact), `as Python's json.dumps(separators=(",", ":")) or PHP's json_encode with JSON_UNESCAPED_SLASHES`},
		"all that write it so":    {"[1]", digest(code, "[ 1 ]"), "no mistake that khop knows"},
		"two of them":             {body, digest(code+" ", body)[:40], "a blank behind the secret (partner_code)\n  it is written without its last 24 digits"},
	} {
		exit, out, _ := sign(t, "superai", one.body, nil, "--verify", one.given)
		if exit != exitFailed || !strings.Contains(out, one.want) {
			t.Errorf("%s: exit code %d, no %q in:\n%s", name, exit, one.want, out)
		}
	}
	// Without slashes PHP's default cannot be told from Python's compact writing.
	plain := `{ "name": "Trâm" }`
	_, out, _ := sign(t, "superai", plain, nil, "--verify", digest(code, `{"name":"Tr\u00e2m"}`))
	if want := `as PHP's json_encode or Python's json.dumps(separators=(",", ":")), and 1 other writes it so` + "\n"; !strings.Contains(out, want) {
		t.Errorf("no %q in:\n%s", want, out)
	}
}

func TestVerifyKnowsTheAccessKeyInTheSecretKeysPlace(t *testing.T) {
	body := printed(t, "accesstrade", "postback", "--fresh")
	_, payload, err := callOf([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	id, key := textAt(payload, "/transaction_id"), secretsOfTests["accesstrade"]["access_key"]
	keyed := hmac.New(md5.New, []byte(key))
	keyed.Write([]byte(id))
	for given, want := range map[string]string{
		fmt.Sprintf("%x", md5Of(id+key)):     "with the access key in the secret key's place",
		fmt.Sprintf("%x", md5Of(key+id)):     "with the access key, and in front",
		fmt.Sprintf("%x", keyed.Sum(nil)):    "an HMAC-MD5, keyed with the access key",
		fmt.Sprintf("%X", md5Of(id+key)):     "with the access key in the secret key's place\n  it is written in upper-case hex",
		fmt.Sprintf("%x", md5Of(id+key))[:9]: "with the access key in the secret key's place\n  it is written without its last 23 digits",
	} {
		if code, out, _ := sign(t, "accesstrade", body, nil, "--verify", given); code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("exit code %d, no %q in:\n%s", code, want, out)
		}
	}
}

func TestSignAndVerifyAccessTradesMembers(t *testing.T) {
	for call, event := range map[accesstrade.Call]string{
		accesstrade.Postback: "postback", accesstrade.Listing: "listing-query", accesstrade.BulkUpdate: "bulk-update",
	} {
		body := printed(t, "accesstrade", event)
		for _, formula := range accesstrade.Formulas(call) {
			_, payload, err := callOf([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("%x", md5Of(signedText(payload, formula)+secretsOfTests["accesstrade"]["secret_key"]))
			if code, out, complaint := sign(t, "accesstrade", body, nil, "--formula", formula.Name); code != exitConforms || out != "signature: "+want+"\n" {
				t.Errorf("%s by %s: exit code %d, %q, want %s: %s", event, formula.Name, code, out, want, complaint)
			}
			if code, out, _ := sign(t, "accesstrade", body, nil, "--verify", want); code != exitConforms {
				t.Errorf("%s by %s does not fit:\n%s", event, formula.Name, out)
			}
			for _, mistake := range misreadings(formula, signedText(payload, formula)) {
				value := mistake.Digest(secretsOfTests["accesstrade"], nil)
				code, out, _ := sign(t, "accesstrade", body, nil, "--formula", formula.Name, "--verify", value)
				if value != want && (code != exitFailed || !strings.Contains(out, "it is computed as ")) {
					t.Errorf("%s by %s: %s: exit code %d\n%s", event, formula.Name, mistake.Name, code, out)
				}
			}
		}
	}
	_, other, _ := sign(t, "accesstrade", printed(t, "accesstrade", "bulk-update"), nil, "--formula", "all-ids", "--value")
	code, out, _ := sign(t, "accesstrade", printed(t, "accesstrade", "bulk-update"), nil, "--formula", "secret", "--verify", strings.TrimSpace(other))
	if code != exitFailed || !strings.Contains(out, "--formula all-ids") {
		t.Errorf("another formula than the one that is asked for: exit code %d\n%s", code, out)
	}
}

// The vectors of AccessTrade cover the transaction_id alone.
func TestSignKnowsEveryVectorOfAccessTrade(t *testing.T) {
	all, err := vectors.Load(vectors.AccessTrade)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		body := rawjson.Record(rawjson.Member{Name: "transaction_id", Value: rawjson.Text(string(v.Body))}).String()
		secrets := map[string]string{"access_key": "ACCESS-7", "secret_key": v.Secrets["secret_key"]}
		if hasEmpty(secrets) {
			continue // no account has an empty secret
		}
		if code, out, complaint := sign(t, "accesstrade", body, secrets, "--value"); code != exitConforms || out != v.Signature+"\n" {
			t.Errorf("%s: exit code %d, %q, want %s: %s", v.Name, code, out, v.Signature, complaint)
		}
	}
}

func TestTheCurlCommandIsTakenByACorrectReceiver(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not there: the command that khop sign --curl prints was not run")
	}
	body := printed(t, "superai", "update_status", "--fresh", "--style", "pretty") + "\n"
	code, out, complaint := sign(t, "superai", body, nil, "--curl", "--target", receiver(t))
	if code != exitConforms || strings.Contains(out, secret) {
		t.Fatalf("exit code %d: %s%s", code, out, complaint)
	}
	genuine := strings.TrimSuffix(out, "\n")
	for command, want := range map[string]string{
		genuine: " 200 ", strings.Replace(genuine, "Signature: ", "Signature: 0", 1): " 401 ",
	} {
		answer, err := exec.CommandContext(t.Context(), "sh", "-c", command).Output()
		if err != nil || !strings.Contains(string(answer), want) {
			t.Errorf("%v: no %q in\n%s", err, want, answer)
		}
	}
}

// No formula has the access key in it, so that none is needed; what was made with one can
// then not be known again.
func TestSignAccessTradeNeedsNoAccessKey(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	body, keyless := `{"transaction_id":"1"}`, map[string]string{"secret_key": "S"}
	if code, out, complaint := sign(t, "accesstrade", body, keyless); code != exitConforms || out != "signature: 6137270f515af002fa365f596612f3bd\n" {
		t.Errorf("exit code %d: %s%s", code, out, complaint)
	}
	if code, out, _ := sign(t, "accesstrade", body, keyless, "--verify", fmt.Sprintf("%x", md5Of("1"))); code != exitFailed || !strings.Contains(out, "without the secret key") || strings.Contains(out, "access key") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, _, complaint := sign(t, "accesstrade", body, map[string]string{"access_key": "K"}); code != exitUsage || !strings.Contains(complaint, "--secret secret_key=...") {
		t.Errorf("exit code %d: %s", code, complaint)
	}
}
