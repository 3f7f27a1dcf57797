package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/console/wire"
)

func TestAppsAreManagedFromTheShell(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	address, shop, _ := served(t)
	t.Setenv("KHOP_MOBIO_APP_SECRET", "hush-hush")
	id := strings.TrimSpace(asking(t, address, "apps", "add", "mobio", "--name", "books", "--target", "http://127.0.0.1:1/hook",
		"--secret", "app_id=A", "-H", "X-Shop: hush-hush", "--set", "envelope=block", "--speed", "60", "--paused"))
	if !strings.HasPrefix(id, "app_") {
		t.Fatalf("printed %q", id)
	}
	list := asking(t, address, "apps")
	if !regexp.MustCompile(`(?m)^ID +NAME +PROVIDER +TARGET +STATE\n`+shop+` +shop +superai +http://\S+ +open\n`+id+` +books +mobio +http://127.0.0.1:1/hook +paused\n$`).MatchString(list) || asking(t, address, "apps", "list") != list {
		t.Errorf("listed\n%s", list)
	}
	shown := asking(t, address, "apps", "show", "books")
	for _, want := range []string{"id        " + id, "secret    app_secret=***", "header    X-Shop=***", "set       envelope=block", "speed     60", "paused    true"} {
		if !strings.Contains(shown, want+"\n") {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	asking(t, address, "apps", "resume", "books", id)
	asking(t, address, "apps", "pause", "shop")
	var apps wire.Apps
	if err := json.Unmarshal([]byte(asking(t, address, "apps", "--format", "json")), &apps); err != nil || len(apps.Apps) != 2 || !apps.Apps[0].Paused || apps.Apps[1].Paused {
		t.Errorf("%v: %+v", err, apps)
	}
	if out := asking(t, address, "apps", "show", id, "--format", "json"); strings.Contains(list+shown+out, "hush-hush") {
		t.Error("a secret is shown")
	}
	asking(t, address, "apps", "remove", "books")
	if out := asking(t, address, "apps", "list"); strings.Contains(out, "books") {
		t.Errorf("still there:\n%s", out)
	}
	asking(t, address, "apps", "remove", "shop")
	if code, out, notes := khop(t, "apps"); code != exitConforms || out != "" || !strings.Contains(notes, "khop apps add") {
		t.Errorf("exit %d, %q, %q", code, out, notes)
	}
	if code, _, complaint := khop(t, "trigger", "shop", "update_status"); code != exitUsage || complaint != "khop: there is no app \"shop\", as there are none yet; `khop apps add` adds one\n" {
		t.Errorf("exit %d, %q", code, complaint)
	}
	made := asking(t, address, "apps", "add", "abaha", "--target", "http://127.0.0.1:1/", "--format", "json")
	if !strings.Contains(made, `"provider":"abaha"`) {
		t.Errorf("made %s", made)
	}
}

// A name stands for one app: with two of it, nobody could say which is meant.
func TestANameIsGivenOnce(t *testing.T) {
	address, _, _ := served(t)
	add := []string{"apps", "add", "abaha", "--target", "http://127.0.0.1:1/"}
	t.Setenv("KHOP_SERVER", address)
	code, out, complaint := khop(t, append(add, "--name", "shop")...)
	if code != exitUsage || out != "" || complaint != "khop: name: there is an app \"shop\" already; choose another name\n" {
		t.Errorf("exit %d, %q, %q", code, out, complaint)
	}
	for range 3 {
		asking(t, address, add...)
	}
	list := asking(t, address, "apps")
	for _, name := range []string{" shop ", " abaha ", " abaha-2 ", " abaha-3 "} {
		if strings.Count(list, name) < 1 {
			t.Errorf("no app%sin\n%s", name, list)
		}
	}
	asking(t, address, "trigger", "abaha-3", "order")
}
