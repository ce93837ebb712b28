package schema

import "testing"

func TestCheckPattern(t *testing.T) {
	valid := []string{
		`^[a-z]{1,5}$`, `a|b`, `(?:ab)+?`, `(?<year>[0-9]{4})`, `\d\D\w\W\b`, `\p{L}\P{Lu}+`,
		`[\w-]`, `[-a]`, `[a-]`, `[^\n]*`, `\x41`, `\.\/\-?`[:4], `[\]\[]`, `[\p{N}_]{2,}`, `^$`, `é+😀?`, ``,
	}
	for _, pattern := range valid {
		if problem := checkPattern(pattern); problem != "" {
			t.Errorf("checkPattern(%q) = %q, want none", pattern, problem)
		}
	}
	invalid := []struct{ pattern, why string }{
		{`a.b`, "JavaScript's dot leaves out more ends of lines"},
		{`\s`, "JavaScript's \\s knows more spaces"},
		{`[\s]`, "inside of a class too"},
		{`(?i)a`, "flags are for RE2 only"},
		{`(?P<x>a)`, "RE2's own form of names"},
		{`(?=a)`, "lookahead is for JavaScript only"},
		{`(a)\1`, "so are references back"},
		{`\pL`, "JavaScript needs braces"},
		{`\p{Greek}`, "scripts are written differently"},
		{`\A`, "for RE2 only"},
		{`\z`, "for RE2 only"},
		{`\a`, "for RE2 only"},
		{`\cA`, "for JavaScript only"},
		{`\u0041`, "for JavaScript only"},
		{`\x{41}`, "for RE2 only"},
		{`\-`, "JavaScript refuses it with the u flag"},
		{`\é`, "no escape"},
		{`\`, "nothing to escape"},
		{`a{`, "JavaScript refuses it with the u flag"},
		{`a{,5}`, "means the text to RE2"},
		{`}`, "JavaScript refuses it with the u flag"},
		{`]`, "JavaScript refuses it with the u flag"},
		{`[]a]`, "the class is empty in JavaScript"},
		{`[^]`, "anything at all in JavaScript"},
		{`[[:alpha:]]`, "for RE2 only"},
		{`[\w-z]`, "JavaScript refuses it with the u flag"},
		{`[z-a]`, "reversed"},
		{`[a`, "not closed"},
		{`(a`, "not closed"},
		{`a)`, "not opened"},
		{`*a`, "nothing to repeat"},
		{`a**`, "repeated twice"},
		{`^*`, "JavaScript refuses it with the u flag"},
		{`\b+`, "JavaScript refuses it with the u flag"},
		{`a{2000}`, "RE2 repeats a thousand times at most"},
		{`(?:a{1000}){1000}`, "or a million"},
	}
	for _, test := range invalid {
		if checkPattern(test.pattern) == "" {
			t.Errorf("checkPattern(%q) found nothing: %s", test.pattern, test.why)
		}
	}
}
