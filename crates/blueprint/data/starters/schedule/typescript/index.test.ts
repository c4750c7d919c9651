import assert from "node:assert/strict";
import { test } from "node:test";
import { handler, report } from "./index";

test("the most sold comes first", () => {
  const text = report("2026-01-31", [["hats", 1], ["shoes", 2], ["hats", 4]]);
  assert.equal(text, "day,article,sold\n2026-01-31,hats,5\n2026-01-31,shoes,2\n");
});

test("a run names what it wrote", async () => {
  assert.match(await handler(), /^reports\/\d{4}-\d\d-\d\d\.csv$/);
});
