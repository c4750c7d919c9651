import assert from "node:assert/strict";
import { test } from "node:test";
import { handler, infer } from "./index";

const model = { bias: -1, weights: { age: 0.03, visits: 0.4 } };

test("the model is asked", () => {
  assert.ok(Math.abs(infer(model, { age: 20, visits: 1 }) - 0.5) < 1e-9);
});

test("what it does not know is said", async () => {
  assert.throws(() => infer(model, { height: 2 }));
  assert.equal((await handler({ body: "nonsense" })).statusCode, 400);
});
