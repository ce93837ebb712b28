package schema_test

import (
	"errors"
	"fmt"
	"os"
	"testing/fstest"

	"github.com/rtgen/rtgen/schema"
)

func ExampleLoad() {
	fsys := fstest.MapFS{"events/chat.rt.yaml": {Data: []byte(`
rtgen: v1
package: chat

namespaces:
  /chat:
    clientToServer:
      sendMessage:
        payload: {text: string(1..4000)}
        ack: {id: uuid}
`)}}
	models, err := schema.Load(fsys, "events/...")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, event := range models[0].Namespaces[0].ClientToServer {
		fmt.Println(event.Name, event.HasAck)
	}
	// Output: sendMessage true
}

func ExampleDiagnostics_Print() {
	fsys := fstest.MapFS{"chat.rt.yaml": {Data: []byte(`rtgen: v1
package: chat
types:
  Message: {id: uuid, text: sting}
`)}}
	_, err := schema.Load(fsys, ".")
	if diagnostics, ok := errors.AsType[schema.Diagnostics](err); ok {
		_ = diagnostics.Print(os.Stdout)
	}
	// Output:
	// chat.rt.yaml:4:29: error[TYPE_UNKNOWN]: type "sting" is not declared
	//     4 |   Message: {id: uuid, text: sting}
	//       |                             ^^^^^
	//    = help: did you mean "string"?
}
