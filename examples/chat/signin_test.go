package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// postSignIn sends body to the handler and returns what it answered.
func postSignIn(sg *signer, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	sg.signIn(w, httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader(body)))
	return w
}

func TestSignInGivesAToken(t *testing.T) {
	sg := newSigner()
	w := postSignIn(sg, `{"name":"  Ada   Lovelace "}`)
	if w.Code != http.StatusOK {
		t.Fatalf("status = %d, body %q", w.Code, w.Body)
	}
	var answer signedIn
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("answer %q: %v", w.Body, err)
	}
	if got, want := answer.User.Name, "Ada Lovelace"; got != want {
		t.Errorf("name = %q, want %q", got, want)
	}
	user, err := sg.verify(answer.Token)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	if diff := cmp.Diff(answer.User, user); diff != "" {
		t.Errorf("user of the token (-answer +token):\n%s", diff)
	}
}

func TestSignInRefuses(t *testing.T) {
	tests := []struct {
		name, body string
		want       int
	}{
		{"nothing", ``, http.StatusBadRequest},
		{"no JSON", `name=Ada`, http.StatusBadRequest},
		{"not a string", `{"name":7}`, http.StatusBadRequest},
		{"too much", `{"name":"` + strings.Repeat("a", 2*maxSignInBytes) + `"}`, http.StatusBadRequest},
		{"no name", `{}`, http.StatusUnprocessableEntity},
		{"spaces", `{"name":" \t "}`, http.StatusUnprocessableEntity},
		{"long name", `{"name":"` + strings.Repeat("ü", maxNameLength+1) + `"}`, http.StatusUnprocessableEntity},
		{"control character", `{"name":"A\u0007da"}`, http.StatusUnprocessableEntity},
		{"text that turns around", `{"name":"A\u202eda"}`, http.StatusUnprocessableEntity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := postSignIn(newSigner(), tt.body).Code; got != tt.want {
				t.Errorf("status = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestUserIDIsTheSameAfterARestart(t *testing.T) {
	got := userID("Ada")
	if got != userID("aDA") {
		t.Error("depends on case")
	}
	if got == userID("Ade") {
		t.Error("two names have the same id")
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(string(got)) {
		t.Errorf("%q is no UUID of version 8", got)
	}
}
