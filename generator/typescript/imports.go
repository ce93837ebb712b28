package typescript

import (
	"slices"
	"strings"
)

// A module is a file to import from, or to export again.
type module struct {
	clause string // "import * as e", "export *"
	file   string // without extension
}

// modules writes a line for each module, in the order that import sorters want:
//
//	import * as e from "./chat.events.js";
func (c *contract) modules(list ...module) string {
	slices.SortFunc(list, func(a, b module) int { return strings.Compare(c.path(a), c.path(b)) })
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = m.clause + " from " + quote(c.path(m)) + ";"
	}
	return strings.Join(lines, "\n")
}

// path is how a file of the same folder is imported.
func (c *contract) path(m module) string {
	return "./" + m.file + c.options.extension()
}

// The modules that many files import. The names are those of variable imports.

func (c *contract) importTypes() module {
	return module{"import type * as t", c.Package + ".types"}
}

func (c *contract) importShapes() module {
	return module{"import * as s", c.Package + ".shapes"}
}

func (n *namespace) importBind() module {
	return module{"import * as b", n.file + ".bind"}
}

func (n *namespace) importEvents() module {
	return module{"import * as e", n.file + ".events"}
}

var (
	importRuntime = module{"import type * as rt", "runtime"}
	importCore    = module{"import { createRuntime }", "core"}
)
