//go:build race

package inspect_test

// slowdown is what the race detector costs: a test that reads much reads less by it.
const slowdown = 10
