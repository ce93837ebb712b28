package typescript_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestStyleOfLongNames prints a contract in which nothing fits on a line, and
// one in which most lines just fit or just do not.
func TestStyleOfLongNames(t *testing.T) {
	dir := t.TempDir()
	target := newTarget(t, everything)
	for _, n := range []int{1, 9, 14, 18, 22, 26, 30, 36, 44} {
		files, problems := target.Generate(loadText(t, long(n)))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for _, f := range files {
			write(t, filepath.Join(dir, strings.Repeat("n", n), f.Path), f.Content)
		}
	}
	run(t, dir, "node", tool(t, "prettier/bin/prettier.cjs"), "--check", "--log-level=warn", ".")

	for _, f := range target.Shared() {
		write(t, filepath.Join(dir, "n", f.Path), f.Content)
	}
	link(t, dir)
	compile(t, dir, compilation{"long", newest, strict(nil), []string{"n/*.ts"}})
}

// long is a contract whose names have n more letters than they need.
func long(n int) string {
	return strings.ReplaceAll(`
rtgen: v1
package: long

types:
  TextX: string(1..9)
  TextsX: list<TextX>
  NumberX: int53
  ColorX: [red, greenX, "blueX"]
  RankX:
    $enum: {lowX: 1, midX: 200000, highX: 300000000}
  StructX:
    fieldX: TextX
    nullX: TextX | null
    optionalX?: TextX
    bothX?: TextX | null
    listX?: list<map<TextX>>
    mapX: map<StructX>
    unionX?: UnionX
    dataX: bytes(1B..900B)
    patternX: {type: string, pattern: "^[a-z]{1,9}/[0-9]$"}
  UnionX:
    $union: kindX
    structX: StructX
    otherX: {flagX: bool, "unionX?": UnionX}

errors:
  firstX: The first.
  secondX: {doc: The second., data: {fieldX: TextX, otherX: NumberX, unionX: UnionX}}
  thirdX: {data: {imageX: bytes}}

namespaces:
  /spaceX:
    auth: {tokenX: string}
    connectErrors: [firstX, secondX]
    rooms:
      roomX: {key: {keyX: TextX, partX: int32}, join: {ack: StructX, errors: [firstX, secondX]}}
      plainX: {key: {idX: TextX}, join: {}}
    clientToServer:
      callX: {payload: StructX, ack: UnionX, errors: [firstX, secondX, thirdX]}
      askX: {ack: {colorX: ColorX, rankX: RankX}}
      doX: {payload: {textsX: TextsX}, ack: {}}
      sendX: {payload: UnionX, volatile: true}
      signalX: {}
    serverToClient:
      eventX: {payload: StructX, to: roomX}
      bothX: {payload: UnionX, to: [roomX, plainX]}
      changedX: {payload: UnionX, to: roomX}
      questionX: {payload: {fieldX: TextX}, ack: {answerX: bool}}
      pingX: {}
`, "X", "X"+strings.Repeat("n", n-1))
}
