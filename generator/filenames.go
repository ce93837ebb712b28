package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxFileName is the length of the longest name FileName makes.
const maxFileName = 100

// FileName returns the name, without extension, of the files of a namespace:
// the words of its path in small letters with hyphens between them. "/" is
// root, /admin/userList is admin-user-list.
//
// There is never an underscore in it, so that Go finds no _test, _linux or
// _amd64 there. Names of Windows devices and of files that every package has
// end in "-namespace", and what is longer than 100 characters is cut and ends in a
// digest of the path. Two paths may have the same name; see Scope.
func FileName(path string) string {
	name := strings.ToLower(strings.Join(Words(path), "-"))
	switch {
	case name == "":
		return "root"
	case isDevice(name), reservedFiles[name]:
		return name + "-namespace"
	case len(name) > maxFileName:
		sum := sha256.Sum256([]byte(path))
		digest := "-" + hex.EncodeToString(sum[:4])
		return name[:maxFileName-len(digest)] + digest
	}
	return name
}

// reservedFiles holds the files of a package that belong to no namespace.
var reservedFiles = setOf("types", "codec", "contract")

// NamespaceName returns the name that stands for a namespace in identifiers:
// "/" is Root, /chat is Chat, /admin/users is AdminUsers. A path that begins
// with a digit gets an N in front.
func NamespaceName(path string) string {
	name := Pascal(path)
	switch {
	case name == "":
		return "Root"
	case name[0] >= '0' && name[0] <= '9':
		return "N" + name
	}
	return name
}
