package main

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

// Bounds of what a channel keeps. A history is one packet: the official client
// takes ten attachments in it, and a peer that reads slowly must have room for
// all channels in its queue (sendQueueBytes).
const (
	maxMessages   = 100
	maxImages     = 8
	maxImageBytes = 1 << 20
)

// errUnknownChannel is what the store answers about a channel it has not.
var errUnknownChannel = errors.New("chat: unknown channel")

// A slowModeError says how long to wait before the next message.
type slowModeError struct {
	retryAfter time.Duration
}

func (e *slowModeError) Error() string { return "chat: slow mode" }

// A store keeps the last messages of each channel in memory. Its methods may
// be called at the same time.
type store struct {
	list []chat.Channel // never changes

	mu       sync.Mutex
	channels map[chat.ChannelID]*channel
}

// A channel is the changing part of one channel.
type channel struct {
	slowMode time.Duration
	messages []chat.Message
	last     time.Time                 // when the last message was sent
	spoke    map[chat.UserID]time.Time // in slow mode: when each person spoke last
}

func newStore(list []chat.Channel) *store {
	st := &store{list: list, channels: make(map[chat.ChannelID]*channel, len(list))}
	for _, info := range list {
		ch := &channel{spoke: make(map[chat.UserID]time.Time)}
		if info.SlowMode != nil {
			ch.slowMode = *info.SlowMode
		}
		st.channels[info.ID] = ch
	}
	return st
}

// has reports whether there is a channel id.
func (st *store) has(id chat.ChannelID) bool {
	_, ok := st.channels[id]
	return ok
}

// history returns the messages of a channel that are kept, oldest first. The
// slice is the caller's own, the bodies are shared: nobody changes them.
func (st *store) history(id chat.ChannelID) ([]chat.Message, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	ch, ok := st.channels[id]
	if !ok {
		return nil, errUnknownChannel
	}
	return slices.Clone(ch.messages), nil
}

// add gives msg its id and time and keeps it. The errors are errUnknownChannel
// and a *slowModeError.
func (st *store) add(msg chat.Message) (chat.Message, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	ch, ok := st.channels[msg.ChannelID]
	if !ok {
		return chat.Message{}, errUnknownChannel
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	if err := ch.admit(msg.Author.ID, now); err != nil {
		return chat.Message{}, err
	}
	msg.ID = chat.MessageID(rand.Text())
	msg.SentAt = ch.next(now)
	ch.messages = trim(append(ch.messages, msg))
	return msg, nil
}

// admit enforces slow mode.
func (ch *channel) admit(user chat.UserID, now time.Time) error {
	if ch.slowMode == 0 {
		return nil
	}
	for id, at := range ch.spoke {
		if wait := at.Add(ch.slowMode).Sub(now); wait <= 0 {
			delete(ch.spoke, id)
		} else if id == user {
			return &slowModeError{retryAfter: wait}
		}
	}
	ch.spoke[user] = now
	return nil
}

// next returns the time of a new message, later than that of all others: pages
// sort by it.
func (ch *channel) next(now time.Time) time.Time {
	if !now.After(ch.last) {
		now = ch.last.Add(time.Millisecond)
	}
	ch.last = now
	return now
}

// trim drops the oldest messages until the rest is within bounds.
func trim(messages []chat.Message) []chat.Message {
	images, size := 0, 0
	for i, msg := range slices.Backward(messages) {
		if image := msg.Body.Image; image != nil {
			images++
			size += len(image.Data)
		}
		if images > maxImages || size > maxImageBytes || len(messages)-i > maxMessages {
			return slices.Delete(messages, 0, i+1)
		}
	}
	return messages
}

// isImage reports whether data begins like a picture every browser shows.
func isImage(data []byte) bool {
	switch http.DetectContentType(data) {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return true
	}
	return false
}
