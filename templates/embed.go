// Package templates holds the text that generators print: templates, and files
// that are emitted as they are. There is no logic in it; views decide what the
// templates print.
package templates

import (
	"embed"
	"text/template"
)

//go:embed typescript/*.tmpl typescript/lib/*.ts
var files embed.FS

// TypeScript holds the templates of typescript/, by file name. A view that
// lacks what its template prints is an error.
var TypeScript = template.Must(
	template.New("typescript").Option("missingkey=error").ParseFS(files, "typescript/*.tmpl"),
)

// Library returns a file of typescript/lib. It panics when there is none of
// that name.
func Library(name string) string {
	content, err := files.ReadFile("typescript/lib/" + name)
	if err != nil {
		panic(err)
	}
	return string(content)
}
