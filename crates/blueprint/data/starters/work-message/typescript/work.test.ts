import assert from "node:assert/strict";
import { test } from "node:test";
import { work } from "./work";

test("words are counted", () => assert.equal(work('{"text": "one two"}'), 2));

test("a message without a text fails", () => {
  for (const body of ["{}", "[]", "null", '{"text": 3}', "no JSON"]) assert.throws(() => work(body));
});
