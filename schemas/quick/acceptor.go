package quick

// Acceptor is a compiled schema. It may be used from several goroutines at once; a nil Acceptor accepts nothing.
type Acceptor struct{ root *rule }

// Accepts tells whether doc is one JSON value that surely fits the schema. False says nothing about doc.
func (a *Acceptor) Accepts(doc []byte) bool {
	if a == nil {
		return false
	}
	end := a.root.value(doc, space(doc, 0), 0)
	return end != unsure && space(doc, end) == len(doc)
}

// unsure takes the place of a position where a document does not fit, or not surely.
const unsure = -1

// deepest is how many objects and arrays may lie in each other. encoding/json gives up at 10,000; a document with
// more than these is left to it.
const deepest = 200
