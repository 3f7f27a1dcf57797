// Package scan reads JSON by its bytes: what is written where.
//
// Decoding a document forgets places, and that a member came twice. Two readings here do not. A Survey is the quick
// one: it takes any bytes, tells the members of the outermost object and whether a member may come twice anywhere,
// and leaves what is unusual to others by saying that it is not sure. The thorough ones, Members, Duplicates and
// Locate, take a document that encoding/json has found valid, and tell exactly.
//
// A Place is what an editor shows for an offset: line and column, both from 1, a column a character.
package scan
