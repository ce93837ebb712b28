package docs

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

var (
	srv        *rt.Server
	httpServer *http.Server
	mux        *http.ServeMux
)
