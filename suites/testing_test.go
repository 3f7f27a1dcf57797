package suites_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/known"
)

// shop is a team's own receiver, as far as the examples need one.
type shop struct{ http.Handler }

func newShop(partnerCode string, defects ...string) shop {
	handler, err := receivers.New("superai", receivers.Config{
		Secrets: map[string]string{"partner_code": partnerCode},
		Defects: defects,
	})
	if err != nil {
		panic(err)
	}
	return shop{handler}
}

// timesApplied is how often the shop has applied the event with a key.
func (s shop) timesApplied(_ context.Context, key string) (int, error) {
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/applied/"+key, nil))
	var applied struct{ Count int }
	err := json.Unmarshal(answer.Body.Bytes(), &applied)
	return applied.Count, err
}

// A test that fails is looked at from outside: this one starts itself anew, and the
// child runs the scene that the variable names.
const childScene = "KHOP_TEST_SCENE"

var scenes = map[string]func(*testing.T){
	"faulty":   func(t *testing.T) { suites.Test(t, scene(t, "missing-header-passes")) },
	"lax":      func(t *testing.T) { suites.Test(t, scene(t, "any-method")) },
	"strict":   func(t *testing.T) { suites.Test(t, strictly(scene(t, "any-method"))) },
	"refusing": func(t *testing.T) { suites.Test(t, scene(t, "base64-digest")) },
	"gone": func(t *testing.T) {
		server := httptest.NewServer(newShop("P"))
		server.Close()
		suites.Test(t, suites.MustConfig("superai", server.URL, suites.Secret("partner_code", "P")))
	},
	"impatient": func(t *testing.T) {
		config := scene(t, "missing-header-passes", "any-method")
		config.FailFast = true
		suites.Test(t, config)
	},
	"typo": func(t *testing.T) {
		config := scene(t)
		config.Selection.Focus = []string{"signature.mising-header"}
		suites.Test(t, config)
	},
	"known": func(t *testing.T) {
		config := scene(t, "any-method")
		config.Strict = true
		config.Known = tolerated(t, "superai.transport.wrong-method", "*update_status by PUT: 200*")
		suites.Test(t, config)
	},
	"stale":        func(t *testing.T) { suites.Test(t, tolerating(t, scene(t))) },
	"specs":        specs(func(t *testing.T) suites.Config { return scene(t, "missing-header-passes") }),
	"strict specs": specs(func(t *testing.T) suites.Config { return strictly(scene(t, "any-method")) }),
	"lax specs":    specs(func(t *testing.T) suites.Config { return scene(t, "any-method") }),
	"gated specs":  specs(func(t *testing.T) suites.Config { return scene(t, "base64-digest") }),
	"stale specs":  specs(func(t *testing.T) suites.Config { return tolerating(t, scene(t)) }),
	"example specs": func(t *testing.T) {
		ExampleSpecs()
		RegisterFailHandler(ginkgo.Fail)
		ginkgo.RunSpecs(t, "our shop")
	},
	"invalid specs": specs(func(t *testing.T) suites.Config {
		config := scene(t)
		config.Only = []string{"no.such"}
		return config
	}),
	"foreign specs": specs(func(*testing.T) suites.Config { return suites.MustConfig("esms", "http://127.0.0.1/hook") }),
	"empty":         func(t *testing.T) { suites.Test(t, suites.Config{}) },
}

// scene is a run of three checks over a shop.
func scene(t *testing.T, defects ...string) suites.Config {
	server := httptest.NewServer(newShop("PARTNER-42", defects...))
	t.Cleanup(server.Close)
	return suites.MustConfig("superai", server.URL+"/hook", suites.Secret("partner_code", "PARTNER-42"), func(c *suites.Config) {
		c.Selection.Focus = []string{"signature.missing-header", "transport.wrong-method", "retry.applied-once"}
	})
}

func strictly(config suites.Config) suites.Config {
	config.Strict = true
	return config
}

func tolerating(t *testing.T, config suites.Config) suites.Config {
	config.Known = tolerated(t, "superai.signature.missing-header", "*anything at all*")
	return config
}

// tolerated is a list of one known failure.
func tolerated(t *testing.T, id, message string) *known.List {
	text := "- check: " + id + "\n  message: '" + message + "'\n  reason: the shop is being rebuilt\n"
	list, err := known.Parse("known.yaml", []byte(text), []string{id})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// specs is a Ginkgo suite with the checks in it, and nothing else.
func specs(config func(*testing.T) suites.Config) func(*testing.T) {
	return func(t *testing.T) {
		suites.Specs("superai", func() suites.Config { return config(t) })
		RegisterFailHandler(ginkgo.Fail)
		ginkgo.RunSpecs(t, "our shop")
	}
}

func TestScene(t *testing.T) {
	play, ok := scenes[os.Getenv(childScene)]
	if !ok {
		t.Skip("runs in a process of its own, started by the tests of Test and Specs")
	}
	play(t)
}

// play runs a scene in a process of its own. It tells whether the test passed, and
// what it printed.
func play(t *testing.T, scene string, args ...string) (passed bool, said string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-test.v", "-test.run=^TestScene$", "-ginkgo.v", "-ginkgo.no-color"}, args...)...)
	child.Env = append(os.Environ(), childScene+"="+scene)
	out, err := child.CombinedOutput()
	if child.ProcessState == nil {
		t.Fatal(err)
	}
	return err == nil, string(out)
}

func TestChecksAreSubtests(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		scene  string
		args   []string
		passes bool
		says   []string
	}{
		"a broken MUST fails its subtest, with all that is known of it": {"faulty", nil, false, []string{
			"--- PASS: TestScene/preflight/genuine-delivery", "--- FAIL: TestScene/signature/missing-header", "--- PASS: TestScene/transport/wrong-method",
			"superai.signature.missing-header: ", "MUST      a delivery without", "source    http", "expected  ", "actual    200", "exchange  ", "→ 200", "why       ", "fix       ",
		}},
		"a broken SHOULD is logged":                          {"lax", nil, true, []string{"--- PASS: TestScene/transport/wrong-method", "SHOULD    another method"}},
		"a broken SHOULD fails where that is wanted":         {"strict", nil, false, []string{"--- FAIL: TestScene/transport/wrong-method"}},
		"what needs an observer is skipped, and says how":    {"lax", nil, true, []string{"--- SKIP: TestScene/retry/applied-once", "suites.Observe takes a function"}},
		"a target that refuses everything ends the test":     {"refusing", nil, false, []string{"--- FAIL: TestScene/preflight/genuine-delivery", "HMAC-SHA256 in base64", "khop: the preflight failed"}},
		"a filter does not leave the preflight out":          {"refusing", []string{"-test.run=^TestScene$/signature/missing-header"}, false, []string{"--- FAIL: TestScene/signature/missing-header", "HMAC-SHA256 in base64"}},
		"a filter picks one check":                           {"lax", []string{"-test.run=^TestScene$/signature/missing-header"}, true, []string{"--- PASS: TestScene/signature/missing-header"}},
		"a target that is gone ends the test":                {"gone", nil, false, []string{"connection refused", "khop: the target is gone"}},
		"the first failure ends the test where it is wanted": {"impatient", nil, false, []string{"khop: the run stopped at superai.signature.missing-header"}},
		"a selection that fits nothing ends the test":        {"typo", nil, false, []string{`khop: nothing to run: --focus signature.mising-header fits none`, "did you mean"}},
		"a config without a provider ends the test":          {"empty", nil, false, []string{"khop: the config names no provider"}},
		"a known failure is skipped with its reason":         {"known", nil, true, []string{"--- SKIP: TestScene/transport/wrong-method", "known failure: the shop is being rebuilt"}},
		"a known failure that is none fails the test":        {"stale", nil, false, []string{"--- PASS: TestScene/signature/missing-header", "passes now: take the entry out"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, one.scene, one.args, one.passes, one.says)
		})
	}
}

func TestChecksAreSpecs(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		scene  string
		args   []string
		passes bool
		says   []string
	}{
		"the example passes":                         {"example specs", nil, true, []string{" | 0 Failed"}},
		"a broken MUST fails its spec":               {"specs", nil, false, []string{"3 Passed | 1 Failed", "signature.missing-header: ", "MUST      a delivery without", "the config does not select superai.payload.documented-events"}},
		"a broken SHOULD is an entry of the report":  {"lax specs", nil, true, []string{"4 Passed | 0 Failed", "khop warns", "SHOULD    another method", "suites.Observe takes a function"}},
		"a broken SHOULD fails where that is wanted": {"strict specs", nil, false, []string{"3 Passed | 1 Failed"}},
		"a focus does not leave the preflight out":   {"gated specs", []string{"-ginkgo.focus=missing-header"}, false, []string{"HMAC-SHA256 in base64"}},
		"a known failure that is none fails a spec":  {"stale specs", nil, false, []string{"passes now: take the entry out"}},
		"a config of another provider fails":         {"foreign specs", nil, false, []string{"these are the specs of superai, and the config is for esms"}},
		"a config that can't be used fails":          {"invalid specs", nil, false, []string{`khop: unknown check "no.such"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, one.scene, one.args, one.passes, one.says)
		})
	}
}

// expect plays a scene and looks at how it ended.
func expect(t *testing.T, scene string, args []string, passes bool, says []string) {
	t.Helper()
	passed, said := play(t, scene, args...)
	if passed != passes {
		t.Errorf("it passes: %v, want %v", passed, passes)
	}
	for _, want := range says {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}

func TestAConfigIsMadeInALine(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	config, err := suites.For("mobio", "https://shop.example.vn/hook",
		suites.Secret("app_id", "A"), suites.Secret("app_secret", "S"),
		suites.Setting("signature", "bare"), suites.Header("X-Token", "t"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(config.Account.Secrets).To(HaveKeyWithValue("app_secret", "S"))
	g.Expect(config.Account.Settings).To(HaveKeyWithValue("signature", "bare"))
	g.Expect(config.Pinned).To(Equal(map[string]string{"signature": "bare"}), "defaults are not pinned")
	g.Expect(config.Target.Header.Get("X-Token")).To(Equal("t"))

	for says, one := range map[string]struct {
		provider, address string
		change            func(*suites.Config)
	}{
		`did you mean "superai"?`:                 {"superia", "http://x", suites.Secret("partner_code", "P")},
		`"localhost:3000" needs http://`:          {"superai", "localhost:3000", suites.Secret("partner_code", "P")},
		`give suites.Secret("partner_code", ...)`: {"superai", "http://x", suites.Header("A", "b")},
		"suites.Setting x: SuperAI has no such":   {"superai", "http://x", func(c *suites.Config) { suites.Secret("partner_code", "P")(c); suites.Setting("x", "y")(c) }},
		"https":                                   {"abaha", "http://shop.example.vn/hook", suites.Header("A", "b")},
	} {
		_, err := suites.For(one.provider, one.address, one.change)
		g.Expect(err).To(MatchError(ContainSubstring(says)))
		g.Expect(func() { suites.MustConfig(one.provider, one.address, one.change) }).To(Panic())
	}
}
