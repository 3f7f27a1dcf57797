// Package platforms registers every provider that khop plays. Import it for its
// effect where all of them are wanted; import a single provider's package where
// only that one is.
package platforms

import (
	_ "github.com/khop-dev/khop/mocks/abaha"       // registers abaha
	_ "github.com/khop-dev/khop/mocks/accesstrade" // registers accesstrade
	_ "github.com/khop-dev/khop/mocks/esms"        // registers esms
	_ "github.com/khop-dev/khop/mocks/mobio"       // registers mobio
	_ "github.com/khop-dev/khop/mocks/superai"     // registers superai
)
