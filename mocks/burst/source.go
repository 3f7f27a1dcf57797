package burst

// Source writes requests. It is safe for concurrent use.
type Source interface {
	// Append adds a whole HTTP/1.1 request (request line, headers, body) of event
	// number to buf. The same number gives the same event (identity, type); its time
	// and its signature are those of the moment. The kind is never Duplicate: a
	// duplicate is the bytes of an earlier request, kept by the connection that sent
	// them.
	Append(buf []byte, number uint64, kind Kind) []byte
}
