package docs

import (
	"context"
	"encoding/json"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

var ns *rt.Namespace

type user interface{ MayRead(what string) bool }

func verify(ctx context.Context, auth json.RawMessage) (user, error)
