// Package quick says of most documents in one pass over their bytes that they fit a JSON Schema.
//
// The judge of this project is gojsonschema: it decodes a document, compares exactly, and tells what is wrong. That
// takes many times as long as reading the document, and most documents have nothing wrong. An Acceptor answers only
// the common question, and only one way: true means that the judge would find no problem, false means nothing at
// all, so that the judge has to be asked. It never guesses; what would take more than a look at the bytes, such as
// comparing a number that is written with an exponent, it leaves to the judge.
//
// A schema goes one way: Compile reads its keywords into rules, patterns become tables (automaton), an anyOf learns
// which member tells its branches apart (choice). A document goes through the rules from its first byte to its last;
// each step takes the position where a value begins and returns the position behind it, or unsure. A document is
// read as strictly as encoding/json reads it. Nothing is allocated on the way.
//
// A document that was accepted need not be decoded either: Members, Elements and Plain look into it where it is.
package quick
