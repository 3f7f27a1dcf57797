package burst

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// kernelAlarm is a timer of the kernel that reads as a file does: Go waits for it
// together with the connections, and no thread sleeps on its account. It is exact to
// some microseconds.
type kernelAlarm struct {
	file  *os.File
	fd    int
	count [8]byte
}

func newAlarm() alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return newTimerAlarm()
	}
	return &kernelAlarm{file: os.NewFile(uintptr(fd), "timer"), fd: fd}
}

func (k *kernelAlarm) wait(d time.Duration) {
	once := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(max(d, 1)))} // 0 would stop it
	if err := unix.TimerfdSettime(k.fd, 0, &once, nil); err != nil {
		time.Sleep(d)
		return
	}
	_, _ = k.file.Read(k.count[:]) // ends early when it is interrupted
}

func (k *kernelAlarm) interrupt() { _ = k.file.SetReadDeadline(time.Unix(1, 0)) }

func (k *kernelAlarm) close() { _ = k.file.Close() }
