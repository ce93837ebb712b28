package main

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

// say returns a text message of a user in a channel.
func say(id chat.ChannelID, user chat.User, text string) chat.Message {
	return chat.Message{ChannelID: id, ClientID: firstID, Author: user, Body: chat.MessageBody{Text: &chat.TextBody{Text: text}}}
}

// show returns a picture of ada in general.
func show(alt string) chat.Message {
	image := &chat.ImageBody{Alt: &alt, Data: []byte(alt)}
	return chat.Message{ChannelID: "general", ClientID: firstID, Author: ada, Body: chat.MessageBody{Image: image}}
}

// mustAdd adds messages to a store.
func mustAdd(t *testing.T, st *store, messages ...chat.Message) {
	t.Helper()
	for _, msg := range messages {
		if _, err := st.add(msg); err != nil {
			t.Fatalf("add: %v", err)
		}
	}
}

// texts returns what the messages of a channel say.
func texts(t *testing.T, st *store, id chat.ChannelID) []string {
	t.Helper()
	messages, err := st.history(id)
	if err != nil {
		t.Fatalf("history: %v", err)
	}
	var out []string
	for _, msg := range messages {
		switch {
		case msg.Body.Text != nil:
			out = append(out, msg.Body.Text.Text)
		case msg.Body.Image != nil:
			out = append(out, *msg.Body.Image.Alt)
		}
	}
	return out
}

func TestStoreKeepsWhatWasSaid(t *testing.T) {
	st := newStore(channels())
	mustAdd(t, st, say("general", ada, "one"), say("random", ada, "other"), say("general", ada, "two"))
	if diff := cmp.Diff([]string{"one", "two"}, texts(t, st, "general")); diff != "" {
		t.Errorf("general (-want +got):\n%s", diff)
	}
}

func TestStoreGivesIDsAndRisingTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock stands still
		st := newStore(channels())
		mustAdd(t, st, say("general", ada, "one"), say("general", ada, "two"), say("general", ada, "three"))
		messages, err := st.history("general")
		if err != nil {
			t.Fatal(err)
		}
		ids := map[chat.MessageID]bool{}
		for i, msg := range messages {
			ids[msg.ID] = true
			if i > 0 && !msg.SentAt.After(messages[i-1].SentAt) {
				t.Errorf("message %d: sent at %v, not after %v", i, msg.SentAt, messages[i-1].SentAt)
			}
		}
		if len(ids) != len(messages) || ids[""] {
			t.Errorf("ids = %v, want %d different ones", ids, len(messages))
		}
	})
}

func TestStoreForgets(t *testing.T) {
	tests := []struct {
		name  string
		say   func(i int) chat.Message
		times int
		first string
		count int
	}{
		{
			name: "old messages", times: maxMessages + 3, first: "3", count: maxMessages,
			say: func(i int) chat.Message { return say("general", ada, fmt.Sprint(i)) },
		},
		{
			name: "what is older than the pictures it keeps", times: maxImages + 2, first: "2", count: maxImages,
			say: func(i int) chat.Message { return show(fmt.Sprint(i)) },
		},
		{
			name: "what is older than the bytes it keeps", times: 5, first: "3", count: 2,
			say: func(i int) chat.Message {
				msg := show(fmt.Sprint(i))
				msg.Body.Image.Data = make([]byte, maxImageBytes/2)
				return msg
			},
		},
		{
			name: "nothing while within bounds", times: maxImages, first: "0", count: maxImages,
			say: func(i int) chat.Message { return show(fmt.Sprint(i)) },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := newStore(channels())
			for i := range tt.times {
				mustAdd(t, st, tt.say(i))
			}
			got := texts(t, st, "general")
			if len(got) != tt.count || got[0] != tt.first {
				t.Errorf("kept %d from %q, want %d from %q", len(got), got[0], tt.count, tt.first)
			}
		})
	}
}

func TestStoreHistoryIsACopy(t *testing.T) {
	st := newStore(channels())
	mustAdd(t, st, say("general", ada, "one"))
	before, err := st.history("general")
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxMessages + 1 {
		mustAdd(t, st, say("general", ada, fmt.Sprint(i)))
	}
	if got := before[0].Body.Text.Text; got != "one" {
		t.Errorf("a history that was handed out changed to %q", got)
	}
}

func TestStoreUnknownChannel(t *testing.T) {
	st := newStore(channels())
	if _, err := st.add(say("nowhere", ada, "hello")); !errors.Is(err, errUnknownChannel) {
		t.Errorf("add: %v, want %v", err, errUnknownChannel)
	}
	if _, err := st.history("nowhere"); !errors.Is(err, errUnknownChannel) {
		t.Errorf("history: %v, want %v", err, errUnknownChannel)
	}
	if st.has("nowhere") || !st.has("general") {
		t.Error("has is wrong")
	}
}

func TestStoreSlowMode(t *testing.T) {
	bob := chat.User{ID: userID("Bob"), Name: "Bob"}
	synctest.Test(t, func(t *testing.T) {
		st := newStore(channels())
		mustAdd(t, st, say("slow", ada, "first"), say("slow", bob, "me too"))

		time.Sleep(slowModeDelay - time.Second) // in the bubble's time
		_, err := st.add(say("slow", ada, "too soon"))
		slow, ok := errors.AsType[*slowModeError](err)
		if !ok || slow.retryAfter != time.Second {
			t.Fatalf("a second too soon: %v, want slow mode for 1s", err)
		}
		mustAdd(t, st, say("general", ada, "other channels do not mind"))

		time.Sleep(time.Second)
		mustAdd(t, st, say("slow", ada, "second"))
		if diff := cmp.Diff([]string{"first", "me too", "second"}, texts(t, st, "slow")); diff != "" {
			t.Errorf("slow (-want +got):\n%s", diff)
		}
		if got := len(st.channels["slow"].spoke); got != 1 {
			t.Errorf("remembers %d people, want only those who must wait", got)
		}
	})
}

func TestIsImage(t *testing.T) {
	tests := []struct {
		name, data string
		want       bool
	}{
		{"png", "\x89PNG\r\n\x1a\n", true},
		{"jpeg", "\xff\xd8\xff\xe0", true},
		{"gif", "GIF89a", true},
		{"webp", "RIFF\x00\x00\x00\x00WEBPVP8 ", true},
		{"svg, which may have scripts", `<svg xmlns="http://www.w3.org/2000/svg"/>`, false},
		{"html", "<!doctype html>", false},
		{"nothing", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := isImage([]byte(tt.data)); got != tt.want {
				t.Errorf("isImage = %v, want %v", got, tt.want)
			}
		})
	}
}
