// Scenarios of the official client in Chromium, against our server. Run as
//
//	node browser.mjs <url> <hash of the certificate in base64> <scenario>...
//
// A scenario that fails ends with status 1 and says why. A line on stdout says
// that all have passed.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";
const [url, hash, ...names] = process.argv.slice(2);

/** What the scenarios need in the page: it begins with these functions. */
function library(hash) {
  const value = Uint8Array.from(atob(hash), (c) => c.charCodeAt(0));
  const webtransport = { serverCertificateHashes: [{ algorithm: "sha-256", value }] };

  window.sockets = [];

  window.client = (options) => {
    const socket = io({ forceNew: true, reconnection: false, transportOptions: { webtransport }, ...options });
    sockets.push(socket);
    return socket;
  };

  window.event = (emitter, name) =>
    new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));

  window.connected = async (options) => {
    const socket = client(options);
    socket.on("connect_error", (error) => console.error(`connect_error: ${error.message}`));
    await event(socket, "connect");
    return socket;
  };

  window.ask = async (socket, ...args) => {
    const { ok, data } = await socket.timeout(10_000).emitWithAck(...args);
    if (!ok) throw new Error(`${args[0]} is refused`);
    return data;
  };

  /** Events and answers of all sizes, with bytes and without. */
  window.exchange = async (socket) => {
    const texts = ["grüße 😀", "x".repeat(200), "x".repeat(70_000), "€".repeat(100_000)];
    const echoed = await Promise.all(texts.map((text) => ask(socket, "echo", text)));
    const bytes = new Uint8Array(100_000).map((_, i) => i);
    const doubled = new Uint8Array(await ask(socket, "double", bytes));
    const news = [];
    socket.on("news", (buffer) => news.push([...new Uint8Array(buffer)]));
    await ask(socket, "tellMe");
    return {
      echoed: echoed.every((text, i) => text === texts[i]),
      doubled: doubled.length === 200_000 && doubled.every((b, i) => b === bytes[i % 100_000]),
      news,
    };
  };
}

const exchanged = { echoed: true, doubled: true, news: [[1, 2, 3], []] };

const scenarios = {
  async direct(page) {
    const got = await page.evaluate(async () => {
      const socket = await connected({ transports: ["webtransport"] });
      return [socket.io.engine.transport.name, await ask(socket, "transport"), await exchange(socket)];
    });
    assert.deepEqual(got, ["webtransport", "webtransport", exchanged]);
  },

  async upgrade(page) {
    const got = await page.evaluate(async () => {
      const socket = client({ transports: ["polling", "webtransport"] });
      await event(socket.io, "open");
      const before = socket.io.engine.transport.name;
      const upgraded = event(socket.io.engine, "upgrade");
      await event(socket, "connect");
      const answers = [];
      for (let n = 0; n < 300; n++) {
        answers.push(ask(socket, "count", n));
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await upgraded;
      const order = await Promise.all(answers);
      return [before, socket.io.engine.transport.name, order, await ask(socket, "transport"), await exchange(socket)];
    });
    const order = Array.from({ length: 300 }, (_, n) => n);
    assert.deepEqual(got, ["polling", "webtransport", order, "webtransport", exchanged]);
  },

  async heartbeat(page) {
    const pings = await page.evaluate(async () => {
      const socket = await connected({ transports: ["webtransport"] });
      let pings = 0;
      await new Promise((resolve) => socket.io.on("ping", () => ++pings === 3 && resolve()));
      await ask(socket, "echo", "still here");
      return pings;
    });
    assert.equal(pings, 3);
  },

  async kicked(page) {
    const got = await page.evaluate(async () => {
      const socket = await connected({ transports: ["webtransport"] });
      const left = event(socket, "disconnect");
      socket.emit("kick");
      return [(await left)[0], socket.active];
    });
    assert.deepEqual(got, ["io server disconnect", false]);
  },

  async refused(page) {
    const message = await page.evaluate(async () => {
      const socket = client({ transports: ["webtransport"], path: "/socket.io/banned" });
      const [error] = await event(socket, "connect_error");
      return error.message;
    });
    assert.equal(message, "webtransport error");
  },
};

if (!existsSync(executablePath)) throw new Error("Chromium is missing: `make test` installs it");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const name of names) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => console.error(`${name}: ${message.text()}`));
  await page.goto(url);
  await page.evaluate(library, hash);
  const late = setTimeout(() => {
    console.error(`${name} takes too long`);
    process.exit(1);
  }, 30_000);
  await scenarios[name](page);
  await page.evaluate(() => sockets.forEach((socket) => socket.disconnect()));
  clearTimeout(late);
  await context.close();
}
await browser.close();
console.log("passed");
