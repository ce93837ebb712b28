// Package schema reads the YAML contracts of rtgen and resolves them into a
// language-neutral Model, or into Diagnostics that say where and what is wrong.
package schema
