package api_test

import (
	"net/http/httptest"
	"strings"
	"sync"
)

// blocked is a connection that takes nothing after the first flush until it is released.
type blocked struct {
	*httptest.ResponseRecorder
	begun   chan struct{} // closed at the first flush
	release chan struct{}
	once    sync.Once

	mu   sync.Mutex
	text strings.Builder
}

func (b *blocked) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *blocked) Flush() {
	b.once.Do(func() { close(b.begun) })
	<-b.release
}

func (b *blocked) said() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
