import assert from "node:assert/strict";
import { test } from "node:test";
import { handler, tell } from "./index";

test("what matters is said", async () => {
  assert.equal(await handler({ "detail-type": "OrderShipped", detail: { id: "42" } }), "order 42 is on its way");
});

test("the rest is not", () => {
  assert.equal(tell({ "detail-type": "CartOpened", detail: {} }), undefined);
});
