package jsontext

import "bytes"

// AppendMembers appends the members of object, a JSON object without space in
// front, and the closing brace. Dst ends in a member of the object that it begins.
func AppendMembers(dst, object []byte) []byte {
	members := bytes.TrimLeft(object[1:], " \t\r\n")
	if members[0] != '}' {
		dst = append(dst, ',')
	}
	return append(dst, members...)
}
