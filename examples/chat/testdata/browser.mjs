// A headless Chromium and tabs in which somebody has signed in.
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";
const timeout = 15_000;

/** What Chromium itself writes when a request fails: expected in some scenarios. */
const networkNoise =
  /net::ERR_|Failed to load resource|WebSocket connection to/;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Returns the next line from the Go test; undefined at the end. */
export async function hear() {
  return (await lines.next()).value;
}

/** Tells the Go test something. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Asks the Go test for something and waits until it is done. */
export async function ask(what) {
  say(what);
  await hear();
}

export async function launch() {
  if (!existsSync(executablePath))
    throw new Error("Chromium is missing: `make test` installs it");
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** People at one server, each in a tab with storage of its own. */
export class Visit {
  #browser;
  #address;
  #contexts = [];
  #errors = [];

  constructor(browser, address) {
    this.#browser = browser;
    this.#address = address;
  }

  /** Opens a tab of its own, without signing in. */
  async open(options = {}) {
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
    context.setDefaultTimeout(timeout);
    const page = await context.newPage();
    await page.addInitScript(countObjectURLs);
    page.on("pageerror", (error) => this.#errors.push(String(error.stack)));
    page.on("console", (message) => {
      if (message.type() === "error" && !networkNoise.test(message.text()))
        this.#errors.push(message.text());
    });
    await page.goto(this.#address);
    return page;
  }

  /** Opens a tab and signs in. */
  async enter(name, options) {
    return this.signIn(await this.open(options), name);
  }

  async signIn(page, name) {
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Start chatting" }).click();
    const tab = new Tab(page);
    await tab.connection("Connected");
    return tab;
  }

  checkErrors() {
    if (this.#errors.length > 0)
      throw new Error(`errors in the page:\n${this.#errors.join("\n")}`);
  }

  async end() {
    await Promise.all(this.#contexts.map((context) => context.close()));
  }
}

/** Runs in the page: `objectURLs` has those that were not revoked. */
function countObjectURLs() {
  const { createObjectURL, revokeObjectURL } = URL;
  window.objectURLs = new Set();
  URL.createObjectURL = (blob) => {
    const url = createObjectURL.call(URL, blob);
    window.objectURLs.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    window.objectURLs.delete(url);
    revokeObjectURL.call(URL, url);
  };
}

/** The page as somebody uses it, found by what it says to screen readers. */
export class Tab {
  constructor(page) {
    this.page = page;
    this.input = page.getByRole("textbox", { name: /^Message to/ });
    this.log = page.getByRole("log", { name: "Messages" });
  }

  /** Waits until the connection is described by `text`. */
  async connection(text) {
    await this.page.getByRole("status").filter({ hasText: text }).waitFor();
  }

  async choose(channel) {
    await this.page
      .getByRole("navigation")
      .getByRole("button", { name: channel })
      .click();
    await this.page
      .getByRole("textbox", { name: `Message to ${channel}` })
      .waitFor();
  }

  async say(text) {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  /** Waits for a text in the list of messages. */
  async sees(text) {
    await this.log.getByText(text, { exact: true }).waitFor();
  }

  /** Waits for an own message that the server has taken. */
  async sent(text) {
    await this.log
      .locator(".message", { hasText: text })
      .getByText("Sent")
      .waitFor({ state: "attached" });
  }

  /** Waits for a text anywhere. */
  async reads(text) {
    await this.page.getByText(text).first().waitFor();
  }

  /** How often a text stands in the list of messages. */
  count(text) {
    return this.log.getByText(text, { exact: true }).count();
  }

  online(name) {
    return this.page
      .getByRole("region", { name: "Online" })
      .getByText(name, { exact: true });
  }
}
