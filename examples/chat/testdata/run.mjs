// Runs one scenario: node run.mjs <scenario> <address of the page>
import { Browser } from "./browser.mjs";
import * as scenarios from "./scenarios.mjs";

const [name, address] = process.argv.slice(2);
const browser = await Browser.launch(address);
try {
  await scenarios[name](browser);
  browser.checkErrors();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
process.stdin.destroy(); // or it would keep the process
