package quick

// Member is how a choice looks at the member that tells its branches apart, in a document by itself.
func Member(doc []byte, name string) ([]byte, bool) { return member(doc, space(doc, 0), name, 0) }
