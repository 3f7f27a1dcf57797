//go:build !race

package inspect_test

// slowdown is what the race detector would cost.
const slowdown = 1
