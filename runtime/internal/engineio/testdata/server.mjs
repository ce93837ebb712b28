// Node's Engine.IO server, for reference_test.go. It prints its port when it
// listens, and refuses handshakes that say why in the header X-Refuse.
import { createServer } from "node:http";
import { attach } from "engine.io";

const http = createServer();
attach(http, {
  path: "/engine.io/",
  maxHttpBufferSize: 1000,
  allowRequest: (req, fn) => fn(req.headers["x-refuse"], !req.headers["x-refuse"]),
});

process.stdin.resume().on("close", () => process.exit()); // the test has ended
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
