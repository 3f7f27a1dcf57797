//go:build !linux

package burst

func newAlarm() alarm { return newTimerAlarm() }
