// Node's Socket.IO server, for official_test.go:
//
//	node server.mjs PORT OPTIONS
//
// It prints its port when it listens, and a line for each socket that has left
// the main namespace. Each line of its input is an array, which
// is sent to everyone as an event; {"bytes":"…"} in it becomes a buffer.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const [port, options] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, JSON.parse(options));

const serve = (socket) => {
  socket.on("echo", (msg) => socket.emit("echo", msg));
  socket.on("blob", (msg) => socket.emit("blob", msg));
  socket.on("ask", (msg, ack) => ack(msg));
  socket.on("keep", (msg, ack) => ack(msg));
  socket.on("askMe", async (n, ack) => ack(await socket.timeout(10_000).emitWithAck("question", n)));
  socket.on("kick", (all) => socket.disconnect(all));
  socket.on("volatile", (text) => socket.volatile.emit("echo", text));
};
io.on("connection", serve);
io.on("connection", (socket) => socket.on("disconnect", (reason) => console.log(reason)));
io.of("/other").on("connection", serve);
io.of("/members").use((socket, next) => {
  if (socket.handshake.auth.token === "secret") return next();
  next(Object.assign(new Error("not a member"), { data: { code: "badToken" } }));
});
io.of("/members").on("connection", serve);

createInterface({ input: process.stdin })
  .on("line", (line) => io.emit(...JSON.parse(line).map((v) => (v?.bytes ? Buffer.from(v.bytes) : v))))
  .on("close", () => process.exit()); // the test has ended
http.listen(Number(port), "127.0.0.1", () => console.log(http.address().port));
