package generator

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// initialisms are the words that Go writes in one case, by the list that Go's
// linters use. The plurals of the two that contracts use most are here, too.
var initialisms = map[string]string{
	"acl": "ACL", "api": "API", "ascii": "ASCII", "cpu": "CPU", "css": "CSS",
	"dns": "DNS", "eof": "EOF", "guid": "GUID", "html": "HTML", "http": "HTTP",
	"https": "HTTPS", "id": "ID", "ids": "IDs", "ip": "IP", "json": "JSON",
	"lhs": "LHS", "qps": "QPS", "ram": "RAM", "rhs": "RHS", "rpc": "RPC",
	"sla": "SLA", "smtp": "SMTP", "sql": "SQL", "ssh": "SSH", "tcp": "TCP",
	"tls": "TLS", "ttl": "TTL", "udp": "UDP", "ui": "UI", "uid": "UID",
	"uri": "URI", "url": "URL", "urls": "URLs", "utf8": "UTF8", "uuid": "UUID",
	"vm": "VM", "xml": "XML", "xmpp": "XMPP", "xsrf": "XSRF", "xss": "XSS",
}

// Words splits a name at its capitals and at everything that is neither letter
// nor digit: "conversationId" is conversation and Id, "HTTPServer" is HTTP and
// Server, "admin/users-2" is admin, users and 2.
func Words(name string) []string {
	var words []string
	rs := []rune(name)
	start := -1
	for i, r := range rs {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			if start >= 0 {
				words = append(words, string(rs[start:i]))
			}
			start = -1
			continue
		}
		if start >= 0 && startsWord(rs, i) {
			words = append(words, string(rs[start:i]))
			start = i
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, string(rs[start:]))
	}
	return words
}

// startsWord tells whether the capital at i begins a word: after a small
// letter or digit, or as the last of several capitals ("S" in "HTTPServer").
func startsWord(rs []rune, i int) bool {
	if !unicode.IsUpper(rs[i]) {
		return false
	}
	if !unicode.IsUpper(rs[i-1]) {
		return true
	}
	return i+1 < len(rs) && unicode.IsLower(rs[i+1])
}

// Pascal joins the words of name, each with a capital: "/admin/users" gives
// AdminUsers. Capitals inside of words stay.
func Pascal(name string) string {
	var b strings.Builder
	for _, w := range Words(name) {
		b.WriteString(capital(w))
	}
	return b.String()
}

// GoExported returns name as Go writes an exported identifier, initialisms
// included: conversationId gives ConversationID.
func GoExported(name string) string {
	var b strings.Builder
	for _, w := range Words(name) {
		if s, ok := initialisms[strings.ToLower(w)]; ok {
			w = s
		}
		b.WriteString(capital(w))
	}
	return b.String()
}

// GoUnexported returns name as Go writes an identifier that is not exported:
// conversationId gives conversationID, urlList gives urlList. It may be a
// keyword; see GoSafe.
func GoUnexported(name string) string {
	words := Words(name)
	if len(words) == 0 {
		return ""
	}
	rest := strings.Join(words[1:], "_")
	return strings.ToLower(words[0]) + GoExported(rest)
}

// GoSafe returns name, with an underscore behind it when it is a keyword of
// Go, a predeclared name, or one of taken.
func GoSafe(name string, taken ...string) string {
	if token.IsKeyword(name) || predeclared[name] {
		return name + "_"
	}
	for _, t := range taken {
		if name == t {
			return name + "_"
		}
	}
	return name
}

// predeclared holds the names of Go's universe block.
var predeclared = setOf(
	"any", "append", "bool", "byte", "cap", "clear", "close", "comparable",
	"complex", "complex128", "complex64", "copy", "delete", "error", "false",
	"float32", "float64", "imag", "int", "int16", "int32", "int64", "int8",
	"iota", "len", "make", "max", "min", "new", "nil", "panic", "print",
	"println", "real", "recover", "rune", "string", "true", "uint", "uint16",
	"uint32", "uint64", "uint8", "uintptr",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

func capital(w string) string {
	r, size := utf8.DecodeRuneInString(w)
	return string(unicode.ToUpper(r)) + w[size:]
}
