// Node's socket.io as its documentation shows it: what the Go servers of
// internal/serve do, under the same commands. Usage:
//   node --expose-gc server.mjs PING_INTERVAL_IN_MS
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { pingInterval: Number(process.argv[2]), serveClient: false });

io.on("connection", (socket) => {
  socket.on("echo", (msg) => socket.emit("echoed", msg));
  socket.on("ask", (msg, answer) => answer({ ok: true, data: msg }));
  socket.on("keep", (msg) => socket.emit("returned", msg));
  socket.on("join", (answer) => {
    socket.join("crowd");
    answer({ ok: true });
  });
  socket.on("shout", (msg) => io.to("crowd").emit("heard", msg));
});

http.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${http.address().port}`));

const commands = createInterface({ input: process.stdin });
commands.on("line", () => {
  globalThis.gc();
  console.log("ok");
});
commands.on("close", () => process.exit());
