package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// cores says where servers and load run. The zero value leaves it to the kernel.
type cores struct{ server, load string }

// pin keeps the load on one core and returns another one for the servers. The
// text says how that went.
func pin() (cores, string) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return cores{}, "not pinned: " + err.Error()
	}
	first, last := ends(statusField(string(status), "Cpus_allowed_list"))
	if first == last {
		return cores{}, "not pinned: there is one core, which server and load share"
	}
	out, err := exec.Command("taskset", "--all-tasks", "--cpu-list", "--pid", last, strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return cores{}, "not pinned: taskset: " + err.Error() + " " + strings.TrimSpace(string(out))
	}
	return cores{server: first, load: last}, "server pinned to one core, load to another"
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
func (c cores) command(name string, args ...string) *exec.Cmd {
	if c.server == "" {
		return exec.Command(name, args...)
	}
	return exec.Command("taskset", append([]string{"--cpu-list", c.server, name}, args...)...)
}
