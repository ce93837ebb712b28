package rt

import (
	"errors"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// reply is what a socket has answered to an event, or why it has not.
type reply struct {
	from        SocketID
	args        [][]byte
	attachments [][]byte
	err         error
}

// decode returns the answer to q, a pointer. A refusal is an [Error].
func (r *reply) decode(q *question) (any, error) {
	if r.err != nil {
		return nil, r.err
	}
	v, err := payload.DecodeAnswer(q.answer, q.raw, r.args, r.attachments)
	if refused, ok := errors.AsType[*payload.Refusal](err); ok {
		err = &Error{Code: refused.Code, Message: refused.Message, Data: refused.Data}
	}
	return v, err
}
