// Package outboxtest holds every outbox backend to what outbox.Backend promises.
//
// A backend's own test calls Conformance with a Setup, which prepares empty databases
// and opens backends on them, again after a Close and, where replicas are possible,
// several at once. Each property is a subtest on a database of its own; a Postman takes
// the place of the courier, makes every attempt end as a test has it, and remembers them.
package outboxtest
