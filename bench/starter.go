package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A starter starts servers. The zero value leaves it to the kernel where.
type starter struct {
	core     string // the servers' own, if there is one
	profiles string // the folder for profiles; empty for none
}

// pin keeps the load on one core and returns another one for the servers. The
// text says how that went.
func pin() (starter, string) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return starter{}, "not pinned: " + err.Error()
	}
	first, last := ends(statusField(string(status), "Cpus_allowed_list"))
	if first == last {
		return starter{}, "not pinned: there is one core, which server and load share"
	}
	out, err := exec.Command("taskset", "--all-tasks", "--cpu-list", "--pid", last, strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return starter{}, "not pinned: taskset: " + err.Error() + " " + strings.TrimSpace(string(out))
	}
	return starter{core: first}, "server pinned to one core, load to another"
}

// ends returns the first and the last core of a list such as "0-3,8".
func ends(list string) (first, last string) {
	cut := func(r rune) bool { return r == '-' || r == ',' }
	parts := strings.FieldsFunc(list, cut)
	if len(parts) == 0 {
		return "", ""
	}
	return parts[0], parts[len(parts)-1]
}

// command runs on the server's core.
func (st starter) command(name string, args ...string) *exec.Cmd {
	if st.core == "" {
		return exec.Command(name, args...)
	}
	return exec.Command("taskset", append([]string{"--cpu-list", st.core, name}, args...)...)
}
