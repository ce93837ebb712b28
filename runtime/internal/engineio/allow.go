package engineio

import (
	"errors"
	"fmt"
	"net/http"
)

// A Forbidden is an error of Options.AllowRequest that tells the peer why.
type Forbidden struct {
	Message string // for the peer
	Err     error  // for the log; may be nil
}

func (e *Forbidden) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Err)
	}
	return e.Message
}

// Unwrap returns e.Err.
func (e *Forbidden) Unwrap() error { return e.Err }

// allow asks Options.AllowRequest. It returns nil if r may go on.
func (srv *Server) allow(r *http.Request) *refusal {
	if srv.opts.AllowRequest == nil {
		return nil
	}
	err := srv.askAllowed(r)
	if err == nil {
		return nil
	}
	e := &refusal{http.StatusForbidden, 4, "Forbidden", err}
	if f, ok := errors.AsType[*Forbidden](err); ok {
		e.message, e.cause = f.Message, f.Err
	}
	return e
}

// askAllowed calls the hook. A panic there refuses.
func (srv *Server) askAllowed(r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			logPanic(srv.log, "AllowRequest", v)
			err = errPanic
		}
	}()
	return srv.opts.AllowRequest(r)
}
