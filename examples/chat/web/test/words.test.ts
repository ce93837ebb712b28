import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionWords, failureWords, seconds } from "../src/logic/words.js";

test("says why there is no connection", () => {
  const since = Date.now();
  const reason = "transportClosed";
  const tests = [
    [{ status: "connecting", attempt: 1 }, "Connecting…", null],
    [
      { status: "reconnecting", attempt: 3, reason, since },
      "Reconnecting, attempt 3",
      /kept and sent/,
    ],
    [{ status: "offline", reason: "kicked" }, "Offline", /server has ended/],
    [
      { status: "offline", reason: "refused", error: { code: "badToken" } },
      "Offline",
      /sign-in/,
    ],
  ] as const;
  for (const [state, short, long] of tests) {
    const words = connectionWords(state);
    assert.equal(words.short, short);
    if (long === null) assert.equal(words.long, null);
    else assert.match(words.long ?? "", long);
  }
});

test("says why a message was not taken", () => {
  assert.match(
    failureWords({ code: "slowMode", retryAfter: 8500 }),
    /slow mode/,
  );
  assert.match(failureWords({ code: "notMember" }), /not a member/);
  assert.match(
    failureWords({ code: "unknown", wireCode: "muted", data: {} }),
    /muted/,
  );
});

test("never counts down to zero seconds", () => {
  assert.equal(seconds(0), "1 second");
  assert.equal(seconds(1001), "2 seconds");
});
