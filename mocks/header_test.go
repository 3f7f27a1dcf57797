package mocks_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
)

func TestHeadersThatCannotBeSentAreRefused(t *testing.T) {
	for _, one := range []struct{ provider, name, value, want string }{
		{"superai", "X-Shop", "S1", ""},
		{"superai", "Host", "shop.example", ""},
		{"superai", "X-Shop", "hush\r\nInjected: b", "control character"},
		{"superai", "X-Shop", "hush\x00", "control character"},
		{"superai", "X Shop", "hush", `"X Shop": a name is`},
		{"superai", "", "hush", `"": a name is`},
		{"superai", "content-length", "hush", "khop sets this one"},
		{"superai", "Transfer-Encoding", "hush", "khop sets this one"},
		{"superai", "connection", "hush", "khop sets this one"},
		{"superai", "SIGNATURE", "hush", "as SuperAI does"},
		{"esms", "Signature", "hush", ""},
	} {
		err := lookup(t, one.provider).CheckHeader(one.name, one.value)
		var misfit *mocks.Misfit
		switch {
		case one.want == "" && err != nil:
			t.Errorf("%s is refused: %v", one.name, err)
		case one.want == "":
		case err == nil || !strings.Contains(err.Error(), one.want) || strings.Contains(err.Error(), "hush"):
			t.Errorf("%s: %v, want %q", one.name, err, one.want)
		case !errors.As(err, &misfit) || misfit.Part != mocks.HeaderPart:
			t.Errorf("%v is no misfit of a header", err)
		}
	}
}
