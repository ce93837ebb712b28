package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

const (
	maxSignInBytes = 1 << 10
	maxNameLength  = 40 // as the contract's User.name
)

// signedIn is the answer to POST /sign-in.
type signedIn struct {
	Token string    `json:"token"`
	User  chat.User `json:"user"`
}

// signIn answers POST /sign-in {"name": "..."} with a token. There are no
// passwords: whoever gives a name is that person, on every device.
func (sg *signer) signIn(w http.ResponseWriter, r *http.Request) {
	var form struct {
		Name string `json:"name"`
	}
	body := http.MaxBytesReader(w, r.Body, maxSignInBytes)
	if err := json.NewDecoder(body).Decode(&form); err != nil {
		http.Error(w, "send a JSON object with a name", http.StatusBadRequest)
		return
	}
	name, ok := cleanName(form.Name)
	if !ok {
		http.Error(w, "a name has 1 to 40 printable characters", http.StatusUnprocessableEntity)
		return
	}
	user := chat.User{ID: userID(name), Name: name}
	token, err := sg.sign(user)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// An error here means that the page has gone: nobody is left to tell.
	_ = json.NewEncoder(w).Encode(signedIn{Token: token, User: user})
}

// cleanName trims name, joins its runs of spaces, and reports whether it can
// be shown.
func cleanName(name string) (string, bool) {
	name = strings.Join(strings.Fields(name), " ")
	n := utf8.RuneCountInString(name)
	if n == 0 || n > maxNameLength || !utf8.ValidString(name) {
		return "", false
	}
	for _, r := range name {
		if !unicode.IsPrint(r) {
			return "", false
		}
	}
	return name, true
}

// userID derives a version 8 UUID from a name, without regard to case, so that
// a person is the same one after the server was restarted.
func userID(name string) chat.UserID {
	sum := sha256.Sum256([]byte("rtgen chat\x00" + strings.ToLower(name)))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return chat.UserID(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
}
