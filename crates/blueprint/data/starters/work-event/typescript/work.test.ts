import assert from "node:assert/strict";
import { test } from "node:test";
import { work } from "./work";

test("the type of an event is told", () =>
  assert.equal(work('{"id": "e", "detail-type": "OrderPlaced", "detail": {"id": "7"}}'), "OrderPlaced"));

test("what is no event fails", () => {
  for (const body of ["{}", "[]", "null", '{"detail-type": 3}', "no JSON"]) assert.throws(() => work(body));
});
