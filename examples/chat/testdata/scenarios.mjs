// What people do with the page. Each scenario has a server of its own.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ask } from "./browser.mjs";

const picture = fileURLToPath(new URL("picture.png", import.meta.url));

/** Two people talk, type, show a picture, and see each other come and go. */
export async function talk(visit) {
  const ada = await visit.enter("Ada");
  const bob = await visit.enter("Bob");
  await ada.online("Bob").waitFor();
  await bob.online("Ada").waitFor();
  await ada.connection("websocket");
  await bob.connection("websocket");

  await typesUntil(ada, bob.reads("Ada is typing"));
  await ada.say("Hello Bob");
  await bob.sees("Hello Bob");
  await ada.sent("Hello Bob");
  await bob.page.getByText("Ada is typing").waitFor({ state: "detached" });
  await bob.say("Hello Ada");
  await ada.sees("Hello Ada");

  await ada.page
    .getByRole("button", { name: "Add a picture" })
    .setInputFiles(picture);
  await ada.page.getByLabel("Describe it").fill("A green square");
  await ada.page.getByRole("button", { name: "Send" }).click();
  await seesPicture(bob, "A green square");
  await seesPicture(ada, "A green square");
  await pasteAndDrop(ada, bob);

  await bob.choose("random");
  await bob.say("Somewhere else");
  await ada.page.getByRole("button", { name: "random 1 unread" }).waitFor();
  await ada.choose("random");
  await ada.sees("Somewhere else");

  const carol = await visit.enter("Carol");
  await carol.sees("Hello Bob"); // the history
  await seesPicture(carol, "A green square");
  await carol.page.close();
  await ada.online("Carol").waitFor({ state: "detached" });
}

/** Goes on typing: each single word that somebody types may get lost. */
async function typesUntil(tab, seen) {
  let over = false;
  const typing = async () => {
    while (!over) await tab.input.pressSequentially("Hello ", { delay: 50 });
  };
  const end = seen.finally(() => {
    over = true;
  });
  await Promise.all([end, typing()]);
}

/** A picture on the clipboard and one that is dropped go the same way. */
async function pasteAndDrop(from, to) {
  for (const [type, alt] of [
    ["paste", "Pasted"],
    ["drop", "Dropped"],
  ]) {
    await from.input.evaluate(offerPicture, type);
    await from.page.getByLabel("Describe it").fill(alt);
    await from.page.getByRole("button", { name: "Send" }).click();
    await seesPicture(to, alt);
  }
}

/** Runs in the page: gives an element a picture, by clipboard or by mouse. */
async function offerPicture(element, type) {
  const canvas = new OffscreenCanvas(40, 30);
  canvas.getContext("2d").fillRect(0, 0, 40, 30);
  const data = new DataTransfer();
  data.items.add(
    new File([await canvas.convertToBlob()], "picture.png", {
      type: "image/png",
    }),
  );
  const event =
    type === "paste"
      ? new ClipboardEvent(type, {
          clipboardData: data,
          bubbles: true,
          cancelable: true,
        })
      : new DragEvent(type, {
          dataTransfer: data,
          bubbles: true,
          cancelable: true,
        });
  element.dispatchEvent(event);
}

async function seesPicture(tab, alt) {
  const image = tab.log
    .getByRole("button", { name: `Picture: ${alt}`, exact: true })
    .locator("img");
  await image.waitFor();
  await tab.page.waitForFunction(
    (element) => element.naturalWidth > 0,
    await image.elementHandle(),
  );
}

/** A channel in slow mode says so, and the message waits to be tried again. */
export async function slowmode(visit) {
  const ada = await visit.enter("Ada");
  await ada.choose("slow");
  await ada.say("One thought");
  await ada.sent("One thought");
  await ada.say("And another");
  await ada.page
    .getByRole("alert")
    .filter({ hasText: "Slow mode: you can write again in" })
    .waitFor();
  await ada.page
    .getByRole("button", { name: "Send" })
    .and(ada.page.locator(":disabled"))
    .waitFor();
  await ada.page.getByText("Slow mode is over").waitFor();
  await ada.page.getByRole("button", { name: "Try again" }).click();
  await ada.sent("And another");
  assert.equal(await ada.count("And another"), 1);
}

/** Nothing is left behind, and a reload signs in with the remembered name. */
export async function signout(visit) {
  const ada = await visit.enter("Ada");
  await ada.page
    .getByRole("button", { name: "Add a picture" })
    .setInputFiles(picture);
  await ada.page.getByRole("button", { name: "Send" }).click();
  await ada.log
    .getByRole("button", { name: "Picture without description" })
    .waitFor();

  await ada.page.reload();
  await ada.connection("Connected");
  await ada.log
    .getByRole("button", { name: "Picture without description" })
    .waitFor();

  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await ada.page.getByLabel("Your name").waitFor();
  assert.equal(await ada.page.evaluate(() => window.objectURLs.size), 0);
}

/** On a phone nothing is wider than the screen. */
export async function narrow(visit) {
  const ada = await visit.enter("Ada", {
    viewport: { width: 360, height: 640 },
  });
  await ada.say("A word that does not end: " + "o".repeat(200));
  await ada.log.getByText("Sent").waitFor({ state: "attached" });
  await ada.choose("slow");
  await ada.choose("general");
  const wider = await ada.page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  assert.ok(wider <= 0, `${wider} pixels wider than the screen`);
}

/** A token that cannot be renewed is said so, with a button to try again. */
export async function refused(visit) {
  const ada = await visit.enter("Ada");
  await ada.page.route("**/sign-in", (route) => route.fulfill({ status: 503 }));
  await ask("stop");
  await ask("start");
  await ada.connection("Offline");
  await ada.reads("The server does not know this sign-in any more.");
  await ada.say("As soon as I may");
  await ada.log.getByText("Waiting for the connection").waitFor();

  await ada.page.unroute("**/sign-in");
  await ada.page.getByRole("button", { name: "Connect again" }).click();
  await ada.connection("Connected");
  await ada.sent("As soon as I may");
  assert.equal(await ada.count("As soon as I may"), 1);
}

/** The server dies and comes back: so do the tabs, and nothing is lost or doubled. */
export async function restart(visit) {
  const ada = await visit.enter("Ada");
  const bob = await visit.enter("Bob");
  await bob.choose("random");
  await ada.choose("random");
  await ada.say("Before");
  await bob.sees("Before");

  await ask("kill");
  await ada.connection("Reconnecting");
  await bob.connection("Reconnecting");
  await ada.say("Written while away");
  await ada.say("And this after it");
  await ada.log.getByText("Waiting for the connection").first().waitFor();
  assert.equal(await ada.count("Written while away"), 1);

  await ask("start");
  await ada.connection("Connected");
  await bob.connection("Connected");
  for (const tab of [ada, bob]) {
    await tab.sees("Written while away");
    await tab.sees("And this after it");
  }
  await ada.sent("And this after it");
  await bob.say("Welcome back");
  await ada.sees("Welcome back");

  const carol = await visit.enter("Carol");
  await carol.choose("random");
  await carol.sees("Welcome back");
  for (const tab of [ada, bob, carol]) {
    assert.equal(await tab.count("Written while away"), 1);
    assert.deepEqual(await texts(tab), [
      ...(tab === carol ? [] : ["Before"]),
      "Written while away",
      "And this after it",
      "Welcome back",
    ]);
  }
}

/** What the list of messages says, from top to bottom. */
function texts(tab) {
  return tab.log.locator("p.bubble").allTextContents();
}

/** Without WebSockets everything works, by polling. */
export async function polling(visit) {
  const ada = await visit.enter("Ada");
  const bob = await visit.enter("Bob");
  await ada.connection("polling");
  await bob.connection("polling");
  await ada.say("By post");
  await bob.sees("By post");
  await bob.page
    .getByRole("button", { name: "Add a picture" })
    .setInputFiles(picture);
  await bob.page.getByLabel("Describe it").fill("By post, too");
  await bob.page.getByRole("button", { name: "Send" }).click();
  await seesPicture(ada, "By post, too");
  await notMember(visit);
  await ask("stop"); // with three polls waiting
}

/** What the server says to somebody who only believes to be in a channel. */
async function notMember(visit) {
  const join = (channel) =>
    `"rt:join",{"room":"channel","key":{"channelId":"${channel}"}}`;
  const page = await visit.open();
  await page.route("**/socket.io/**", (route) => {
    const postData = route.request().postData() ?? undefined;
    return route.continue({
      postData: postData?.replace(join("random"), join("general")),
    });
  });
  const carol = await visit.signIn(page, "Carol");
  await carol.choose("random");
  await carol.say("Hello?");
  await carol.page
    .getByRole("alert")
    .filter({ hasText: "Not sent: you are not a member of this channel." })
    .waitFor();
  await carol.page.getByRole("button", { name: "Discard" }).click();
  assert.equal(await carol.count("Hello?"), 0);
}
