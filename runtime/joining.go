package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/wire"
)

// A RoomKind is a kind of rooms that peers may ask to join.
type RoomKind struct {
	Name string
	// Errors are the codes that the join handler may answer with.
	Errors []string
}

// A RoomKey is what tells the rooms of a kind apart.
type RoomKey interface {
	// Room returns the room of the key, as RoomName makes it.
	Room() Room
}

// joinable is a kind of rooms with the type of its keys and the handler that
// decides.
type joinable struct {
	RoomKind
	made reflect.Type // what keys are decoded into
	call handlerFunc
}

func newJoinable(kind RoomKind, key reflect.Type, call handlerFunc) *joinable {
	return &joinable{RoomKind: kind, made: payload.TypeOf(key), call: call}
}

const (
	joinEvent  = "rt:join"
	leaveEvent = "rt:leave"
)

// roomEntries returns the events with which peers join and leave rooms.
func (b *binding) roomEntries() []*entry {
	if len(b.rooms) == 0 {
		return nil
	}
	request := reflect.TypeFor[roomRequest]()
	return []*entry{
		{name: joinEvent, made: request, call: b.join},
		{name: leaveEvent, made: request, call: b.leave},
	}
}

// roomRequest is the payload of both events.
type roomRequest struct {
	room string
	key  json.RawMessage
}

var fieldsOfRoomRequest = wire.Fields{Required: 2, Names: []string{"room", "key"}}

// DecodeWire reads the request. Its key is checked when the room is known.
func (m *roomRequest) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfRoomRequest); i >= 0; i = d.Field() {
		switch i {
		case 0: // room
			m.room = d.String()
		case 1: // key
			m.key = d.JSON()
		}
	}
}

// CheckWire accepts everything: what breaks a rule is found by those who know
// the room.
func (*roomRequest) CheckWire(*wire.Checker) {}

// join asks the handler of the kind and puts the socket into the room.
func (b *binding) join(ctx context.Context, s *Socket, msg any) (any, error) {
	j, key, err := b.find(msg.(*roomRequest))
	if err != nil {
		return nil, err
	}
	result, err := j.call.do(ctx, s, key)
	if err != nil {
		if d, ok := declared(err, j.Errors); ok {
			err = &allowed{d}
		}
		return nil, err
	}
	if err := s.Join(key.(RoomKey).Room()); err != nil {
		return nil, err
	}
	return result, nil
}

func (b *binding) leave(_ context.Context, s *Socket, msg any) (any, error) {
	_, key, err := b.find(msg.(*roomRequest))
	if err == nil {
		s.Leave(key.(RoomKey).Room())
	}
	return nil, err
}

// find returns the kind and the key of a request.
func (b *binding) find(m *roomRequest) (*joinable, any, error) {
	j := b.rooms[m.room]
	if j == nil {
		kinds := strings.Join(slices.Sorted(maps.Keys(b.rooms)), ", ")
		return nil, nil, invalidRequest([]wire.Issue{{
			Path: wire.Path{"room"}, Message: fmt.Sprintf("must be one of %s", kinds),
		}})
	}
	key := reflect.New(j.made).Interface()
	if err := wire.Unmarshal(m.key, nil, key, wire.Options{}); err != nil {
		issues := payload.Issues(err)
		for i := range issues {
			issues[i].Path = append(wire.Path{"key"}, issues[i].Path...)
		}
		return nil, nil, invalidRequest(issues)
	}
	return j, key, nil
}

func invalidRequest(issues []wire.Issue) error {
	return &allowed{&Error{Code: payload.CodeInvalidPayload, Message: "invalid payload", Data: &wire.Error{Issues: issues}}}
}
