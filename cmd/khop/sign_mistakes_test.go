package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// hmacOf is SuperAI's signature.
func hmacOf(key string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// mobioOf is Mobio's digest.
func mobioOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// said is the answer of --verify to a value that does not fit, line by line without what would be right.
func said(t *testing.T, provider, body, given string) string {
	t.Helper()
	code, out, complaint := sign(t, provider, body, nil, "--verify", given)
	if code != exitFailed || complaint != "" {
		t.Fatalf("exit code %d: %s%s", code, out, complaint)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  it is ")
	}
	return strings.Join(lines[1:len(lines)-1], "; ")
}

func TestVerifyNamesWhatJavaMakesOfNumbers(t *testing.T) {
	mobio := printed(t, "mobio", "sale_create_deal", "--style", "compact")
	double := strings.NewReplacer("1658876078.505126", "1.658876078505126E9", "1658876078.765139", "1.658876078765139E9").Replace(mobio)
	if double == mobio {
		t.Fatal("no times in", mobio)
	}
	if got, want := said(t, "mobio", mobio, "mac="+mobioOf("APP-1", double, "S3CRET-9")), "computed over the JSON written anew, as Java's Jackson"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// The compact bytes cannot be Jackson's, nor those of a Map of Gson's.
	pretty := printed(t, "mobio", "sale_create_deal", "--style", "pretty")
	got := said(t, "mobio", pretty, "mac="+mobioOf("APP-1", strings.TrimSuffix(mobio, "\n"), "S3CRET-9"))
	if want := "computed over the JSON written anew, as compact JSON (JSON.stringify) or Python's json.dumps(separators=(\",\", \":\"), ensure_ascii=False), and 6 others write it so"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	superai := `{"code":"a=b","amount":230000,"weight":12500000,"x":0}`
	gson := `{"code":"a\u003db","amount":230000.0,"weight":1.25E7,"x":0.0}`
	if got, want := said(t, "superai", superai, hmacOf("PARTNER-42", []byte(gson))), "computed over the JSON written anew, as Java's Gson of a Map, in which every number is a double"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What Java 17's Double.toString writes.
func TestADoubleIsWrittenAsJavaDoes(t *testing.T) {
	for number, want := range map[float64]string{
		0: "0.0", 1: "1.0", -40000: "-40000.0", 0.5: "0.5", 0.001: "0.001", 0.00099: "9.9E-4", 9999999: "9999999.0", 1e7: "1.0E7",
		-12345678.25: "-1.234567825E7", 1658876078.505126: "1.658876078505126E9", 1e21: "1.0E21", 2.2250738585072014e-308: "2.2250738585072014E-308",
	} {
		if got := javaDouble(number); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What PHP 8.2 writes with serialize_precision=17.
func TestANumberIsWrittenAsPHPDoes(t *testing.T) {
	for number, want := range map[float64]string{
		1658876078.505126: "1658876078.505126", 0.1: "0.10000000000000001", 1.5e21: "1.5e+21", 12500000: "12500000",
		1e-7: "9.9999999999999995e-8", 123456789012345678: "1.2345678901234568e+17",
	} {
		if got := precise(number); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestVerifyNamesWhatGotAroundAValue(t *testing.T) {
	body := printed(t, "mobio", "sale_create_deal")
	digest := mobioOf("APP-1", body, "S3CRET-9")
	for given, want := range map[string]string{
		"mac = " + digest:              "written with blanks around the equals sign",
		"MAC=" + digest:                `written with "MAC=" in capitals`,
		"mac=" + digest + "\r":         "written with a carriage return behind",
		"mac=" + digest + "\r\n":       "written with a carriage return behind",
		" mac=" + digest:               "written with a blank in front",
		" mac=" + digest + "  ":        "written with blanks around it",
		`"mac=` + digest + `"`:         "written in quotes",
		"X-Signature: mac=" + digest:   `written with the header's name "X-Signature" in the value`,
		"Signature:mac=" + digest:      `written with the header's name "Signature" in the value`,
		"X-Signature: MAC = " + digest: `written with the header's name "X-Signature" in the value; written with blanks around the equals sign; written with "MAC=" in capitals`,
		"sha256 = " + digest:           `written with "sha256=" in front; written with blanks around the equals sign`,
	} {
		if got := said(t, "mobio", body, given); got != want {
			t.Errorf("%q: %s, want %s", given, got, want)
		}
	}
}

func TestVerifyNamesWhatTheBytesWere(t *testing.T) {
	body := `{"type":"update_status","code":"S1","name":"Đặng À 😀","payer":"1","address":"12/3","more":{"a":1},"finsurance":0,"weight":0.1}`
	text := []rune(body)
	utf := func(big bool) []byte {
		var out []byte
		for _, unit := range utf16.Encode(text) {
			pair := []byte{byte(unit), byte(unit >> 8)}
			if big {
				pair[0], pair[1] = pair[1], pair[0]
			}
			out = append(out, pair...)
		}
		return out
	}
	for want, bytes := range map[string][]byte{
		"computed over the text [object Object], which JavaScript makes of what is no text": []byte("[object Object]"),
		"computed over the text undefined, which JavaScript makes of what is no text":       []byte("undefined"),
		"computed over no bytes at all: the body was read before":                           nil,
		"computed over the text in ASCII, with ? for every other character":                 []byte(strings.NewReplacer("Đ", "?", "ặ", "?", "À", "?", "😀", "?").Replace(body)),
		"computed over the text in Latin-1, with ? for every other character":               []byte(strings.NewReplacer("Đ", "?", "ặ", "?", "À", "\xC0", "😀", "?").Replace(body)),
		"computed over the text in UTF-16 (little-endian)":                                  utf(false),
		"computed over the text in UTF-16 (big-endian)":                                     utf(true),
		"computed over the text in UTF-16 with a byte order mark":                           append([]byte("\xFF\xFE"), utf(false)...),
		"computed over the last byte of each character alone, as Node's Buffer.from(text, \"latin1\") leaves it": []byte(strings.NewReplacer(
			"Đ", "\x10", "ặ", "\xB7", "À", "\xC0", "😀", "\x3D\x00").Replace(body)),
		"computed over the JSON written anew, as JSON indented by four spaces": indentedBy("    ", rawjson.Compact)(rawjson.MustParse([]byte(body))),
		"computed over the JSON written anew, as JSON indented by tabs":        indentedBy("\t", rawjson.Compact)(rawjson.MustParse([]byte(body))),
		"computed over the JSON written anew, as PHP's json_encode with JSON_PRETTY_PRINT": indentedBy("    ", rawjson.PHP)(
			rawjson.MustParse([]byte(body))),
	} {
		if got := said(t, "superai", body, hmacOf("PARTNER-42", bytes)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for changed, want := range map[string]string{
		`{"type":"update_status","code":"S1","address":"12/3","more":{"a":1},"weight":0.1}`: "computed over the JSON without the members that SuperAI's sample shows and its table lacks, written anew, as compact JSON",
		strings.Replace(body, `"more":{"a":1},`, "", 1):                                     "computed over the JSON without the members that no document names, written anew, as compact JSON",
		strings.Replace(body, "0.1", "0.10000000000000001", 1):                              "computed over the JSON with its numbers as PHP prints them with serialize_precision=17, written anew, as compact JSON",
	} {
		if got := said(t, "superai", body, hmacOf("PARTNER-42", []byte(changed))); !strings.HasPrefix(got, want) || strings.Contains(got, ";") {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestVerifyNamesWhatTheSecretWas(t *testing.T) {
	body := []byte(`{"code":"S1"}`)
	for secret, one := range map[string]struct{ key, want string }{
		"00ff11":           {"\x00\xff\x11", "computed with the secret decoded from hex (partner_code)"},
		"c2VjcmV0c2VjcmV0": {"secretsecret", "computed with the secret decoded from base64 (partner_code)"},
		"_-8=":             {"\xff\xef", "computed with the secret decoded from base64 (partner_code)"},
		"s":                {"s\r", "computed with a carriage return behind the secret (partner_code)"},
	} {
		code, out, _ := sign(t, "superai", string(body), map[string]string{"partner_code": secret}, "--verify", hmacOf(one.key, body))
		if code != exitFailed || !strings.Contains(out, "it is "+one.want+"\n") {
			t.Errorf("%s: exit code %d, no %q in\n%s", secret, code, one.want, out)
		}
	}
}

func TestVerifyNamesAnotherFormula(t *testing.T) {
	mobio := printed(t, "mobio", "sale_create_deal")
	sum := sha512.Sum512([]byte("APP-1" + mobio + "S3CRET-9"))
	for given, want := range map[string]string{
		"mac=" + hex.EncodeToString(sum[:]):                    "computed as SHA-512 instead of SHA-256",
		"mac=" + mobioOf("APP-1", "+", mobio, "+", "S3CRET-9"): `computed as the documented formula with "+" between its parts`,
		"mac=" + mobioOf("APP-1", "|", mobio, "|", "S3CRET-9"): `computed as the documented formula with "|" between its parts`,
		"mac=" + mobioOf("APP-1", " ", mobio, " ", "S3CRET-9"): `computed as the documented formula with " " between its parts`,
	} {
		if got := said(t, "mobio", mobio, given); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	postback := `{"transaction_id":"DH-1"}`
	const formula = "computed as md5(transaction_id + secret_key)"
	for text, want := range map[string]string{
		"S3CRET-9":          formula + " with nothing before the secret key",
		"undefinedS3CRET-9": formula + ` with the word "undefined" before the secret key`,
		"DH-1:S3CRET-9":     formula + ` with ":" before the secret key`,
	} {
		if got := said(t, "accesstrade", postback, fmt.Sprintf("%x", md5Of(text))); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got, want := said(t, "accesstrade", postback, "64fd99ecd39b2a9b4de1f2e0c2f0a0e0"), "no mistake that khop knows"; !strings.Contains(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestVerifySpeaksVietnamese(t *testing.T) {
	body := printed(t, "mobio", "sale_create_deal")
	digest := mobioOf("APP-1", body, "S3CRET-9")
	for given, want := range map[string]string{
		"mac=" + digest:   "khớp\n",
		digest:            "khớp, viết theo cách khác",
		"mac = " + digest: "không khớp\n  lỗi tìm ra: written with blanks around the equals sign\n  giá trị đúng là X-mevent-signature: mac=" + digest + "\n",
		"mac=0":           "không khớp\n  không phải lỗi nào khop biết",
	} {
		if _, out, _ := sign(t, "mobio", body, nil, "--lang", "vi", "--verify", given); !strings.HasPrefix(out, want) {
			t.Errorf("%s: no %q at the beginning of\n%s", given, want, out)
		}
	}
}
