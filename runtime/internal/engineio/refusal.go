package engineio

import (
	"fmt"
	"net/http"
	"strconv"
)

// A refusal answers a request that is not served, with Engine.IO's code.
type refusal struct {
	status  int
	code    int
	message string
}

func (e *refusal) Error() string { return e.message }

var (
	errTransport   = &refusal{http.StatusBadRequest, 0, "Transport unknown"}
	errSession     = &refusal{http.StatusBadRequest, 1, "Session ID unknown"}
	errMethod      = &refusal{http.StatusBadRequest, 2, "Bad handshake method"}
	errBadRequest  = &refusal{http.StatusBadRequest, 3, "Bad request"}
	errForbidden   = &refusal{http.StatusForbidden, 4, "Forbidden"}
	errVersion     = &refusal{http.StatusBadRequest, 5, "Unsupported protocol version"}
	errTooLarge    = &refusal{http.StatusRequestHeaderFieldsTooLarge, 3, "Request headers too large"}
	errUnavailable = &refusal{http.StatusServiceUnavailable, 3, "Server shutting down"}
	errInternal    = &refusal{http.StatusInternalServerError, 3, "Internal error"}
)

// refuse answers with e. The message is one of ours, so it needs no escaping.
func (srv *Server) refuse(w http.ResponseWriter, e *refusal) {
	srv.log.Debug("engineio: request refused", "status", e.status, "code", e.code, "message", e.message)
	body := fmt.Sprintf(`{"code":%d,"message":"%s"}`, e.code, e.message)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(e.status)
	w.Write([]byte(body))
}
