package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

// tokenLifetime is how long a page may connect with the token it was given.
const tokenLifetime = 12 * time.Hour

// errBadToken is what verify answers, without saying what was wrong.
var errBadToken = errors.New("chat: bad token")

// A signer makes and checks tokens. Its key dies with the process: after a
// restart every token is bad and pages sign in again.
type signer struct {
	key [sha256.Size]byte
}

// claims is what a token says.
type claims struct {
	ID      chat.UserID `json:"id"`
	Name    string      `json:"name"`
	Expires int64       `json:"exp"` // seconds since 1970
}

func newSigner() *signer {
	sg := new(signer)
	// crypto/rand.Read never fails: it ends the program instead.
	_, _ = rand.Read(sg.key[:])
	return sg
}

// sign returns a token for user: the claims and their HMAC, both in base64url.
func (sg *signer) sign(user chat.User) (string, error) {
	text, err := json.Marshal(claims{
		ID:      user.ID,
		Name:    user.Name,
		Expires: time.Now().Add(tokenLifetime).Unix(),
	})
	if err != nil {
		return "", err
	}
	body := base64.RawURLEncoding.EncodeToString(text)
	return body + "." + base64.RawURLEncoding.EncodeToString(sg.mac(body)), nil
}

// verify returns the user a token was made for, or errBadToken.
func (sg *signer) verify(token string) (chat.User, error) {
	body, sum, _ := strings.Cut(token, ".")
	given, err := base64.RawURLEncoding.DecodeString(sum)
	// hmac.Equal takes the same time wherever the difference is.
	if err != nil || !hmac.Equal(given, sg.mac(body)) {
		return chat.User{}, errBadToken
	}
	text, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return chat.User{}, errBadToken
	}
	var c claims
	if err := json.Unmarshal(text, &c); err != nil || time.Now().Unix() >= c.Expires {
		return chat.User{}, errBadToken
	}
	return chat.User{ID: c.ID, Name: c.Name}, nil
}

func (sg *signer) mac(body string) []byte {
	h := hmac.New(sha256.New, sg.key[:])
	h.Write([]byte(body))
	return h.Sum(nil)
}
