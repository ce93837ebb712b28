// Runs scenarios in one Chromium. Each line of the input is a scenario and the
// address of a server; the answer is "passed", or "failed" and why, in JSON.
import { hear, launch, say, Visit } from "./browser.mjs";
import * as scenarios from "./scenarios.mjs";

const browser = await launch();
for (;;) {
  const line = await hear();
  if (line === undefined) break;
  const [name, address] = line.split(" ");
  const visit = new Visit(browser, address);
  try {
    await scenarios[name](visit);
    visit.checkErrors();
    say("passed");
  } catch (error) {
    say(`failed ${JSON.stringify(String(error.stack))}`);
  } finally {
    await visit.end();
  }
}
await browser.close();
