package schema_test

import (
	"os"
	"testing"

	"github.com/rtgen/rtgen/schema"
)

func TestLoadChat(t *testing.T) {
	models, err := schema.Load(os.DirFS("testdata/valid"), "chat")
	if err != nil {
		t.Fatal(err)
	}
	if len(models) != 1 || models[0].Package != "chat" || len(models[0].Namespaces) != 1 {
		t.Fatalf("Load(chat) = %+v, want the package chat with one namespace", models)
	}
}
