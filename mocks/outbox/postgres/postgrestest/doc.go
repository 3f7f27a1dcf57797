// Package postgrestest gives tests a PostgreSQL server of their own, from the programs
// that the system has, and each test a database on it. Where KHOP_TEST_POSTGRES is the
// URL of a server, its databases are made there instead.
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }
//
//	func TestSlowSomething(t *testing.T) { url := postgrestest.New(t) ... }
package postgrestest
