// Names that are easy to get wrong. It has to compile.

import { createInClient, type Words } from "./want/ts/edge.in.client.js";
import { createOutClient, type Node } from "./want/ts/edge.out.client.js";

const incoming = createInClient();
incoming.ping();
export const poked: Promise<void> = incoming.poke();
export const answer: Promise<Node> = incoming.ask().then((ack) => ack.answer);
void incoming.poke({ timeoutMs: 5 });
void incoming.tell({ type: "none" });
void incoming.tell({
  type: "file",
  data: new Uint8Array(1),
  parts: [new Uint8Array(1)],
  named: { a: new Uint8Array(1) },
});
incoming.rooms.cell({ ctx: "a", rt: 1 }).leave();

const words: Words = {
  class: "",
  default: "",
  // biome-ignore lint/suspicious/noThenProperty: a name like any other
  then: "",
  func: "",
  type: "",
  range: "",
  validate: "",
  await: "",
  new: "",
  'a,b"c': "",
  "-": "",
  ["__proto__"]: "",
  constructor: "",
  "naïve·名": "",
};
incoming.say(words);

const outgoing = createOutClient({ url: "https://example.org" });
// Named like members of the client.
outgoing.on.onEvent(({ answer: error }) => error.message);
outgoing.on.roomsEvent(({ names }) => names.length);
outgoing.on.join(() => {});
outgoing.answer.vote(({ question }) => {
  console.log(question);
});
