// Package syntax reads one YAML file into a tree of nodes as written: every
// node knows where it stands, documentation comments hang on the key they
// describe, and everything of YAML that the schema language leaves out has
// become a Problem.
package syntax
