// Package storetest holds every accesstrade.Store to what the endpoint expects of one:
// the same orders in the same sequence, whatever keeps them.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(limit int) (accesstrade.Store, func()) { ... })
//	}
//
// Each part asks for stores of its own. A store has a limit of orders, and the second
// value is called when it is not needed any longer.
package storetest
