package rt

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/rtgen/rtgen/runtime/internal/guard"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// check runs what stands between a peer and the namespace, in order: the checks
// of Use, then the connect handler of the contract.
func (s *Socket) check(ctx context.Context, auth []byte) error {
	auth, identity := takeIdentity(auth)
	s.setAuth(auth)
	s.identify(ctx, identity)
	b := s.ns.binding()
	if s.recovered && s.ns.server.opts.RecoverySkipChecks && !s.lapsed() {
		if b != nil {
			s.typed, s.admitted = b.wrap(s), true
		}
		return nil
	}
	checks := s.ns.hooks.Load().use
	if len(checks) > 0 && len(auth) > 0 && jsontext.Doubled(auth) {
		return errAuthDoubled
	}
	for _, check := range checks {
		if err := guard.Call(func() error { return check(ctx, s) }); err != nil {
			return err
		}
		if s.state.Load() != stateConnecting {
			return nil // left, or timed out
		}
	}
	if b == nil {
		return nil
	}
	if err := guard.Call(func() error { return b.connect(ctx, s, auth) }); err != nil {
		return err
	}
	s.admitted = true
	return nil
}

// refusal returns the payload of a CONNECT_ERROR. What is not meant for the peer
// goes to the log.
func (s *Socket) refusal(err error) []byte {
	refused, ok := errors.AsType[*ConnectError](err)
	if b := s.ns.binding(); !ok && b != nil {
		refused, ok = b.refusal(err)
	}
	if ok {
		text, encodeErr := s.conn.appendRefusal(nil, refused)
		if encodeErr == nil {
			s.log().refused(s.ctx, refused)
			return text
		}
		err = encodeErr
	}
	s.log().failed(s.ctx, "connect", err)
	text, _ := s.conn.appendRefusal(nil, errInternal) // has no data that could fail
	return text
}

var (
	errInternal      = &ConnectError{Message: "internal error"}
	errAuthDoubled   = &ConnectError{Message: "auth names a member twice"}
	errBinaryRefusal = errors.New("rt: the data of a ConnectError cannot be binary")
)

// appendRefusal appends the payload of a CONNECT_ERROR.
func (c *conn) appendRefusal(dst []byte, e *ConnectError) (text []byte, err error) {
	defer guard.Recover(&err) // the data may have a method that panics
	if c.legacy() {
		return appendLegacyRefusal(dst, e)
	}
	text = jsontext.AppendString(append(dst, `{"message":`...), e.Message)
	if e.Data == nil {
		return append(text, '}'), nil
	}
	text, err = appendData(append(text, `,"data":`...), e.Data)
	return append(text, '}'), err
}

// appendData appends the data of a ConnectError.
func appendData(dst []byte, data any) ([]byte, error) {
	text, attachments, err := payload.Append(dst, nil, data)
	if err == nil && len(attachments) > 0 {
		err = errBinaryRefusal
	}
	return text, err
}

// errData is the data of an Error with its code and message beside it, the form
// in which a CONNECT_ERROR carries the errors of a contract.
type errData struct{ *Error }

// MarshalJSON writes {"code":…,"message":…,…}.
func (e errData) MarshalJSON() ([]byte, error) {
	text, attachments, err := payload.AppendFailure(nil, e.Code, e.Message, e.Data)
	if err == nil && len(attachments) > 0 {
		err = errors.New("rt: the data of a connect error cannot be binary")
	}
	return text, err
}

var _ json.Marshaler = errData{}
