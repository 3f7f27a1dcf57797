package quick

// choice is a value that may have one of several shapes: an anyOf.
type choice struct {
	branches []*rule
	// name is the member by which the branches are told apart; empty if there is none. words are what it says, a word
	// for each branch.
	name  string
	words []string
}

func newChoice(branches []*rule) *choice {
	c := &choice{branches: branches}
	for _, m := range branches[0].members.list {
		if words := wordsOf(branches, m.name); words != nil {
			c.name, c.words = m.name, words
			break
		}
	}
	return c
}

// wordsOf are the words that a member says in each of the branches; nil if in one of them it may be missing or say
// anything else.
func wordsOf(branches []*rule, name string) []string {
	words := make([]string, len(branches))
	for i, branch := range branches {
		if branch.kinds != object || branch.members.slots == nil {
			return nil
		}
		m := branch.members.find([]byte(name))
		if m == nil || m.bit&branch.members.required == 0 || m.rule.kinds != text || len(m.rule.texts) != 1 {
			return nil
		}
		words[i] = m.rule.texts[0]
	}
	return words
}

// value holds the value at i to the branches that it may be meant for, one after another. What the telling member
// says only saves trying the others: it is the branch that decides.
func (c *choice) value(doc []byte, i, depth int) int {
	var word []byte
	if c.name != "" {
		var ok bool
		if word, ok = member(doc, i, c.name, depth); !ok {
			return unsure
		}
	}
	for n, branch := range c.branches {
		if c.name != "" && c.words[n] != string(word) {
			continue
		}
		if end := branch.value(doc, i, depth); end != unsure {
			return end
		}
	}
	return unsure
}
