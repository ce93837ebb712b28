// Package schema reads the YAML contracts of rtgen and resolves them into a
// language-neutral Model, or into Diagnostics that say where and what is wrong.
//
// Load does all of it: it finds the schema files, reads those of one folder as
// one package, follows every reference and checks every rule of the language.
// A run reports all problems of all packages, each once, and what follows from
// a problem is not reported again.
//
// A contract comes from people who write it by hand, and sometimes from people
// nobody should trust. Files, packages and nesting are therefore bounded, the
// work is linear in their size, names reach the model only when they follow
// the grammar, and no control character of a file gets into a message.
package schema
