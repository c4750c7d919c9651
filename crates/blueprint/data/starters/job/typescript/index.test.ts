import assert from "node:assert/strict";
import { test } from "node:test";
import { run, share } from "./index";

test("every item belongs to one task", () => {
  const items = [...Array(10).keys()];
  const shares = [0, 1, 2].flatMap((place) => share(items, place, 3));
  assert.deepEqual(shares.sort((a, b) => a - b), items);
});

test("it succeeds", () => {
  assert.equal(run({ AWS_BATCH_JOB_ARRAY_INDEX: "1", ARRAY_SIZE: "4" }), 0);
});
