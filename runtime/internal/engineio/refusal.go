package engineio

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// A refusal answers a request that is not served, with Engine.IO's code.
type refusal struct {
	status  int
	code    int
	message string // for the peer
	cause   error  // for the log, where more is known; may be nil
}

var (
	errTransport   = &refusal{http.StatusBadRequest, 0, "Transport unknown", nil}
	errJSONP       = &refusal{http.StatusBadRequest, 0, "Transport unknown", errors.New("JSONP is not served")}
	errSession     = &refusal{http.StatusBadRequest, 1, "Session ID unknown", nil}
	errMethod      = &refusal{http.StatusBadRequest, 2, "Bad handshake method", nil}
	errOrigin      = &refusal{http.StatusForbidden, 4, "Forbidden", errors.New("origin is not allowed")}
	errVersion     = &refusal{http.StatusBadRequest, 5, "Unsupported protocol version", nil}
	errTooLarge    = &refusal{http.StatusRequestHeaderFieldsTooLarge, 3, "Request headers too large", nil}
	errUnavailable = &refusal{http.StatusServiceUnavailable, 3, "Server shutting down", nil}
	errTooMany     = &refusal{http.StatusTooManyRequests, 3, "Too many requests", nil}
	errInternal    = &refusal{http.StatusInternalServerError, 3, "Internal error", nil}

	errMismatch       = badRequest("transport is not the session's")
	errOtherVersion   = badRequest("protocol version is not the session's")
	errSessionMethod  = badRequest("method is neither GET nor POST")
	errUpgradeHeader  = badRequest("upgrade header does not match the transport")
	errUpgradeRefused = badRequest("session cannot be upgraded")
)

// badRequest returns a refusal that tells the peer no more than that.
func badRequest(cause string) *refusal {
	return &refusal{http.StatusBadRequest, 3, "Bad request", errors.New(cause)}
}

// refuse answers r with e.
func (srv *Server) refuse(w http.ResponseWriter, r *http.Request, e *refusal) {
	srv.log.Debug("engineio: request refused", "status", e.status, "code", e.code, "message", e.message, "cause", e.cause)
	if srv.opts.Refused != nil {
		srv.opts.Refused(r, e.code, e.message, e.cause)
	}
	message, err := json.Marshal(e.message)
	if err != nil {
		panic(err) // a string always encodes
	}
	body := fmt.Sprintf(`{"code":%d,"message":%s}`, e.code, message)
	srv.boundWrite(w)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(e.status)
	w.Write([]byte(body))
}

// boundWrite gives an answer that fits into one write WriteTimeout from now on: the
// user's http.Server may have no deadline for it, or one that has passed.
func (srv *Server) boundWrite(w http.ResponseWriter) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(srv.opts.WriteTimeout))
}

// answerEmpty answers with a status alone.
func (srv *Server) answerEmpty(w http.ResponseWriter, status int) {
	srv.boundWrite(w)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
}

// refuseFor answers r with e and asks the peer to stay away for a while.
func (srv *Server) refuseFor(w http.ResponseWriter, r *http.Request, e *refusal, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	srv.refuse(w, r, e)
}
