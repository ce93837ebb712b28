package wire

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Length wants valid UTF-8 of min to max code points, a negative max for no
// limit. Generated code asks it for every string.
func (c *Checker) Length(s string, min, max int) {
	if !c.trusted && !utf8.ValidString(s) {
		c.Fail("must be valid UTF-8")
		return
	}
	if (len(s)+utf8.UTFMax-1)/utf8.UTFMax >= min && (max < 0 || len(s) <= max) {
		return // whatever the characters are, they are enough and not too many
	}
	n := utf8.RuneCountInString(s)
	if n < min || max >= 0 && n > max {
		c.Fail("must be " + span(min, max, "character") + " long")
	}
}

// Pattern wants re to match.
func (c *Checker) Pattern(s string, re *regexp.Regexp) {
	if !re.MatchString(s) {
		c.Fail("must match " + re.String())
	}
}

// UUID wants the form of RFC 9562, of any version, in upper or lower case.
func (c *Checker) UUID(s string) {
	if !isUUID(s) {
		c.Fail("must be a UUID")
	}
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (s[i] == '-') || !hyphen && !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// URL wants an absolute http or https address with a host. Other schemes are
// refused because such strings end up in links, where some of them are code.
func (c *Checker) URL(s string) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		c.Fail("must be an http or https URL")
	}
}

// emailForm is the address form of the HTML standard, which browsers check.
var emailForm = regexp.MustCompile(
	`^[a-zA-Z0-9.!#$%&'*+/=?^_` + "`" + `{|}~-]+@` + hostLabel + `(\.` + hostLabel + `)*$`)

const (
	hostLabel = `[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`
	maxEmail  = 254 // what SMTP can carry
)

// Email wants an address as the HTML standard has it.
func (c *Checker) Email(s string) {
	if len(s) > maxEmail || !emailForm.MatchString(s) {
		c.Fail("must be an email address")
	}
}

// Date wants a day of the calendar as in 2006-01-02.
func (c *Checker) Date(s string) {
	if _, _, _, ok := parseDate(s); !ok {
		c.Fail("must be a date as in 2006-01-02")
	}
}

// Decimal wants a decimal number with at most precision digits, scale of them
// behind the point.
func (c *Checker) Decimal(s string, precision, scale int) {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	valid := isDigits(whole) && (whole[0] != '0' || len(whole) == 1) && (!point || isDigits(fraction))
	if !valid {
		c.Fail("must be a decimal number")
		return
	}
	if whole == "0" {
		whole = "" // a zero in front of the point does not count
	}
	if len(whole) > precision-scale || len(fraction) > scale {
		c.Fail(fmt.Sprintf("must have at most %d digits before and %d after the point", precision-scale, scale))
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}
