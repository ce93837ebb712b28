package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// cpu is the processor time of a process.
type cpu struct{ user, system time.Duration }

func (c cpu) total() time.Duration { return c.user + c.system }

func (c cpu) minus(d cpu) cpu { return cpu{c.user - d.user, c.system - d.system} }

// tick is the unit of /proc/PID/stat: USER_HZ is 100 on every Linux.
const tick = 10 * time.Millisecond

// cpuOf returns what a process has used so far.
func cpuOf(pid int) (cpu, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return cpu{}, err
	}
	return parseStat(string(stat))
}

// parseStat reads utime and stime, the fields 14 and 15. The second field, the
// name, may hold anything in its parentheses.
func parseStat(stat string) (cpu, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return cpu{}, fmt.Errorf("unexpected stat: %q", stat)
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return cpu{time.Duration(user) * tick, time.Duration(system) * tick}, errors.Join(err1, err2)
}

// residentOf returns the resident memory of a process in bytes, peakOf the most
// that it had since forgetPeak.
func residentOf(pid int) (int, error) { return memoryOf(pid, "VmRSS") }

func peakOf(pid int) (int, error) { return memoryOf(pid, "VmHWM") }

func forgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

func memoryOf(pid int, field string) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	kib, err := strconv.Atoi(strings.TrimSuffix(statusField(string(status), field), " kB"))
	return kib << 10, err
}

// statusField returns a field of /proc/PID/status, or nothing.
func statusField(status, name string) string {
	for line := range strings.Lines(status) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
