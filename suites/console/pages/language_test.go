package pages_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites/lang"
)

func TestLanguages(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                        "Overview",
		"vi":                      "Tổng quan",
		"vi-VN,vi;q=0.9,en;q=0.8": "Tổng quan",
		"en;q=0.5, vi;q=0.8":      "Tổng quan",
		"fr-FR,fr;q=0.9,vi;q=0.1": "Tổng quan",
		"fr":                      "Overview",
		"vi;q=0,en":               "Overview",
		"en-US,vi":                "Overview",
		";;;q=x,,":                "Overview",
	} {
		o := open(t)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.server.URL+"/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Language", header)
		answer, err := o.client.Do(request)
		o.read(answer, err).wants(http.StatusOK, want)
	}
}

func TestTheLanguageCanBeChosen(t *testing.T) {
	t.Parallel()
	o := open(t)
	page := o.post("/language", url.Values{"language": {"vi"}, "back": {"/events?state=failed"}}).wants(http.StatusOK, "Không sự kiện nào khớp bộ lọc này.")
	if page.path != "/events?state=failed" || attribute(page.root.FirstChild.NextSibling, "lang") != "vi" {
		t.Errorf("the choice led to %s", page.path)
	}
	o.get("/").wants(http.StatusOK, "Tổng quan", "English")
	o.post("/language", url.Values{"language": {"en"}, "back": {"/"}}).wants(http.StatusOK, "Overview", "Tiếng Việt")
	for _, back := range []string{"https://elsewhere.example/", "//elsewhere.example", `/\elsewhere.example`, "elsewhere", "/\r\nX: y", ""} {
		if page := o.post("/language", url.Values{"language": {"fr"}, "back": {back}}).wants(http.StatusOK, "Overview"); page.path != "/" {
			t.Errorf("%q led to %s", back, page.path)
		}
	}
}

func TestEveryPageSpeaksVietnamese(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.post("/language", url.Values{"language": {"vi"}})
	o.app("superai", "http://127.0.0.1:1/")
	for path, want := range map[string]string{
		"/": "Chưa gửi gì cả.", "/apps": "Ứng dụng mới", "/apps/new": "Tốc độ thời gian", "/apps/app_1": "Không bao giờ gửi lại.",
		"/apps/new?provider=mobio": "id của ứng dụng, phần đầu của chuỗi được ký",
		"/send":                    "Khớp với schema trong tài liệu.", "/events": "Trạng thái", "/accesstrade": "Cho postback gặp lỗi",
		"/scenarios": "Tất cả kịch bản", "/check": "Kiểm tra một receiver",
	} {
		o.get(path).wants(http.StatusOK, want)
	}
	o.get("/nothing").wants(http.StatusNotFound, "Không có gì ở đây")
}

// helps is what providers say of their secrets and settings, and the AccessTrade endpoint
// of its faults, with what it is about.
func helps(t *testing.T) map[string]string {
	t.Helper()
	about := map[string]string{}
	for _, name := range mocks.Names() {
		provider, err := mocks.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range provider.Secrets {
			about[secret.Help] = name + "'s secret " + secret.Name
		}
		for _, setting := range provider.Settings {
			about[setting.Help] = name + "'s setting " + setting.Name
		}
	}
	for _, fault := range accesstrade.Faults() {
		about[fault.Help] = "the fault " + fault.Name
	}
	return about
}

func TestEveryHelpSpeaksVietnamese(t *testing.T) {
	t.Parallel()
	about := helps(t)
	for text, what := range about {
		if lang.Vietnamese.Text(text) == text {
			t.Errorf("%s has no Vietnamese: %q", what, text)
		}
	}
	entries, err := lang.Entries()
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, said := about[entry.En]; entry.File == "helps.yaml" && !said {
			t.Errorf("nobody says %q any more", entry.En)
		}
	}
}
