package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A fence is a block of code in a page.
type fence struct {
	page string
	line int // of its first line
	text string
}

func (f fence) String() string { return fmt.Sprintf("%s:%d", f.page, f.line) }

// fenced returns the blocks of a language.
func fenced(t *testing.T, page, language string) []fence {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var list []fence
	inside, wanted := false, false
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		opening, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence:
			inside = !inside
			wanted = inside && strings.TrimSpace(opening) == language
			if wanted {
				list = append(list, fence{page: page, line: number + 1})
			}
		case wanted:
			list[len(list)-1].text += line
		}
	}
	if inside {
		t.Errorf("%s: a block does not end", page)
	}
	return list
}
