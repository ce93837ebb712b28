package wire_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/wire"
)

func TestChecks(t *testing.T) {
	length := func(s string, min, max int) func(c *wire.Checker) {
		return func(c *wire.Checker) { c.Length(s, min, max) }
	}
	count := func(n, min, max int) func(c *wire.Checker) {
		return func(c *wire.Checker) { c.Count(n, min, max) }
	}
	size := func(n, min, max int) func(c *wire.Checker) {
		return func(c *wire.Checker) { c.Size(n, min, max) }
	}
	ints := func(v, min, max int64) func(c *wire.Checker) {
		return func(c *wire.Checker) { c.Int(v, min, max) }
	}
	floats := func(v, min, max float64) func(c *wire.Checker) {
		return func(c *wire.Checker) { c.Float(v, min, max) }
	}
	tests := []struct {
		why   string
		check func(c *wire.Checker)
		want  string
	}{
		{"length at both ends", func(c *wire.Checker) { c.Length("a", 1, 3); c.Length("aaa", 1, 3) }, ""},
		{"length in code points", length("ééé", 3, 3), ""},
		{"length of many bytes", length("😀", 2, 4), "must be 2 to 4 characters long"},
		{"length above", length("éééé", 1, 3), "must be 1 to 3 characters long"},
		{"length below", length("", 1, 3), "must be 1 to 3 characters long"},
		{"length without a lower limit", length("ab", 0, 1), "must be at most 1 character long"},
		{"length without an upper limit", length("a", 2, -1), "must be at least 2 characters long"},
		{"length that is fixed", length("a", 2, 2), "must be 2 characters long"},
		{"length of any text", length(strings.Repeat("a", 1e6), 0, -1), ""},
		{"length of no text at all", length("\xff", 0, -1), "must be valid UTF-8"},
		{"count", count(2, 0, 1), "must have at most 1 item"},
		{"count", count(0, 1, -1), "must have at least 1 item"},
		{"count", count(9, 1, -1), ""},
		{"size", size(0, 1, 4), "must be 1 to 4 bytes long"},
		{"size", size(4, 1, 4), ""},
		{"int", ints(3, 1, 2), "must be between 1 and 2"},
		{"int", ints(0, 1, math.MaxInt64), "must be at least 1"},
		{"int", ints(0, math.MinInt64, -1), "must be at most -1"},
		{"int", ints(1, 1, 1), ""},
		{"uint", func(c *wire.Checker) { c.Uint(0, 1, math.MaxUint64) }, "must be at least 1"},
		{"uint", func(c *wire.Checker) { c.Uint(9, 0, 8) }, "must be at most 8"},
		{"int53", func(c *wire.Checker) { c.Int53(1 << 53) }, "must be between -9007199254740991 and 9007199254740991"},
		{"int53", func(c *wire.Checker) { c.Int53(-1<<53 + 1) }, ""},
		{"float", floats(1.5, 0, 1), "must be between 0 and 1"},
		{"float", floats(-1, 0, math.Inf(1)), "must be at least 0"},
		{"float", floats(1, math.Inf(-1), math.Inf(1)), ""},
		{"float NaN", floats(math.NaN(), math.Inf(-1), math.Inf(1)), "must be a finite number"},
		{"float infinity", floats(math.Inf(1), math.Inf(-1), math.Inf(1)), "must be a finite number"},
		{"duration", func(c *wire.Checker) { c.Duration(time.Second, 2*time.Second, time.Minute) }, "must be between 2s and 1m0s"},
		{"duration", func(c *wire.Checker) { c.Duration(-1, 0, math.MaxInt64) }, "must be at least 0s"},
		{"pattern", func(c *wire.Checker) { c.Pattern("b", regexp.MustCompile("^a$")) }, "must match ^a$"},
		{"pattern", func(c *wire.Checker) { c.Pattern("a", regexp.MustCompile("^a$")) }, ""},
		{"enum", func(c *wire.Checker) { c.Enum(false, "must be one of a, b") }, "must be one of a, b"},
		{"enum", func(c *wire.Checker) { c.Enum(true, "must be one of a, b") }, ""},
		{"one variant", func(c *wire.Checker) { c.Variants(1) }, ""},
		{"no variant", func(c *wire.Checker) { c.Variants(0) }, "must have exactly one variant"},
		{"path", func(c *wire.Checker) {
			c.Field("a")
			c.Index(0)
			c.MapKey("k")
			c.Up()
			c.Up()
			c.Index(2)
			c.MapKey("x\x1by")
			c.Fail("is wrong")
		}, `a[2]["x\x1by"] is wrong`},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			err := wire.Validate(&probe{check: test.check})
			if got := strings.Join(issues(t, err), ", "); got != test.want {
				t.Errorf("issues = %q, want %q", got, test.want)
			}
		})
	}
}

func TestForms(t *testing.T) {
	uuid := func(c *wire.Checker, s string) { c.UUID(s) }
	url := func(c *wire.Checker, s string) { c.URL(s) }
	email := func(c *wire.Checker, s string) { c.Email(s) }
	date := func(c *wire.Checker, s string) { c.Date(s) }
	decimal := func(c *wire.Checker, s string) { c.Decimal(s, 5, 2) }
	const (
		wantDecimal = "must be a decimal number"
		wantDigits  = "must have at most 3 digits before and 2 after the point"
	)
	tests := []struct {
		form  string
		check func(c *wire.Checker, s string)
		text  string
		want  string
	}{
		{"uuid", uuid, "0190163d-8694-739b-aea5-966c26f8ad91", ""},
		{"uuid", uuid, "0190163D-8694-739B-AEA5-966C26F8AD91", ""},
		{"uuid", uuid, "", "must be a UUID"},
		{"uuid", uuid, "0190163d8694739baea5966c26f8ad91", "must be a UUID"},
		{"uuid", uuid, "0190163d-8694-739b-aea5-966c26f8ad9g", "must be a UUID"},
		{"uuid", uuid, "0190163d-8694-739b-aea5-966c26f8ad91\n", "must be a UUID"},
		{"uuid", uuid, "{190163d-8694-739b-aea5-966c26f8ad9}", "must be a UUID"},
		{"uuid", uuid, "0190163d-8694-739b-aea5966c26f8-ad91", "must be a UUID"},
		{"url", url, "https://example.com/a?b=c#d", ""},
		{"url", url, "http://[::1]:80", ""},
		{"url", url, "example.com", "must be an http or https URL"},
		{"url", url, "https:///a", "must be an http or https URL"},
		{"url", url, "javascript://x/%0aalert(1)", "must be an http or https URL"},
		{"url", url, "data:text/html,x", "must be an http or https URL"},
		{"url", url, "https://a b/", "must be an http or https URL"},
		{"url", url, "https://a/\n", "must be an http or https URL"},
		{"email", email, "a.b+c@example.co.uk", ""},
		{"email", email, "a@localhost", ""},
		{"email", email, "a", "must be an email address"},
		{"email", email, "a@", "must be an email address"},
		{"email", email, "a@b@c", "must be an email address"},
		{"email", email, "A <a@b.c>", "must be an email address"},
		{"email", email, "a@-b.c", "must be an email address"},
		{"email", email, "a@b.c\n", "must be an email address"},
		{"email", email, strings.Repeat("a", 250) + "@b.cd", "must be an email address"},
		{"date", date, "2024-02-29", ""},
		{"date", date, "2023-02-29", "must be a date as in 2006-01-02"},
		{"date", date, "2023-04-31", "must be a date as in 2006-01-02"},
		{"date", date, "2023-1-01", "must be a date as in 2006-01-02"},
		{"date", date, "2023-01-01T", "must be a date as in 2006-01-02"},
		{"date", date, "+023-01-01", "must be a date as in 2006-01-02"},
		{"decimal", decimal, "-123.45", ""},
		{"decimal", decimal, "0", ""},
		{"decimal", decimal, "0.5", ""},
		{"decimal", decimal, "1234", wantDigits},
		{"decimal", decimal, "1.234", wantDigits},
		{"decimal", decimal, "", wantDecimal},
		{"decimal", decimal, "-", wantDecimal},
		{"decimal", decimal, "+1", wantDecimal},
		{"decimal", decimal, "01", wantDecimal},
		{"decimal", decimal, ".5", wantDecimal},
		{"decimal", decimal, "1.", wantDecimal},
		{"decimal", decimal, "1e2", wantDecimal},
		{"decimal", decimal, "1.2.3", wantDecimal},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %.40s", test.form, test.text), func(t *testing.T) {
			err := wire.Validate(&probe{check: func(c *wire.Checker) { test.check(c, test.text) }})
			if got := strings.Join(issues(t, err), ", "); got != test.want {
				t.Errorf("issues = %q, want %q", got, test.want)
			}
		})
	}
}

func TestDeepValues(t *testing.T) {
	depth := 0
	p := &probe{check: func(c *wire.Checker) {
		for !c.TooDeep() {
			depth++
			c.Index(0)
		}
	}}
	if err := wire.Validate(p); err == nil || depth != 64 {
		t.Errorf("stopped at depth %d with %v, want 64 and an issue", depth, err)
	}
}
