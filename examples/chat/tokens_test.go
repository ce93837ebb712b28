package main

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

var ada = chat.User{ID: userID("Ada"), Name: "Ada"}

// mustSign returns a token for user that is good for tokenLifetime.
func mustSign(t *testing.T, sg *signer, user chat.User) string {
	t.Helper()
	token, err := sg.sign(user)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	return token
}

func TestTokenNamesItsUser(t *testing.T) {
	sg := newSigner()
	got, err := sg.verify(mustSign(t, sg, ada))
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	if diff := cmp.Diff(ada, got); diff != "" {
		t.Errorf("user (-want +got):\n%s", diff)
	}
}

func TestTokenRefused(t *testing.T) {
	sg := newSigner()
	good := mustSign(t, sg, ada)
	body, sum, _ := strings.Cut(good, ".")
	other, otherSum, _ := strings.Cut(mustSign(t, sg, chat.User{ID: userID("Bob"), Name: "Bob"}), ".")

	tests := []struct{ name, token string }{
		{"empty", ""},
		{"one part", body},
		{"no claims", "." + sum},
		{"no sum", body + "."},
		{"sum of other claims", body + "." + otherSum},
		{"claims of another sum", other + "." + sum},
		{"sum is not base64", body + ".*"},
		{"trailing part", good + ".x"},
		{"made by another server", mustSign(t, newSigner(), ada)},
		{"signed, but no claims", "bm9wZQ." + base64.RawURLEncoding.EncodeToString(sg.mac("bm9wZQ"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if user, err := sg.verify(tt.token); err == nil {
				t.Errorf("verify(%q) = %v, want an error", tt.token, user)
			}
		})
	}
}

func TestTokenExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sg := newSigner()
		token := mustSign(t, sg, ada)
		time.Sleep(tokenLifetime - time.Second) // in the bubble's time
		if _, err := sg.verify(token); err != nil {
			t.Errorf("a second before the end: %v", err)
		}
		time.Sleep(time.Second)
		if _, err := sg.verify(token); err == nil {
			t.Error("accepted after its end")
		}
	})
}
