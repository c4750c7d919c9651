import assert from "node:assert/strict";
import { test } from "node:test";
import { handler, work } from "./index";

test("adds up", () => {
  const order = { lines: [{ cents: 250, count: 2 }, { cents: 99, count: 1 }] };
  assert.equal(work(JSON.stringify(order)), 599);
});

test("only what failed comes again", async () => {
  const good = { messageId: "1", body: JSON.stringify({ lines: [{ cents: 1, count: 1 }] }) };
  const bad = { messageId: "2", body: "{}" };
  const { batchItemFailures } = await handler({ Records: [good, bad] });
  assert.deepEqual(batchItemFailures, [{ itemIdentifier: "2" }]);
});
