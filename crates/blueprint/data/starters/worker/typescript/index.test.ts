import assert from "node:assert/strict";
import { test } from "node:test";
import { drain, type Queue } from "./index";

test("what fails stays in the queue", async () => {
  const removed: string[] = [];
  const queue: Queue = {
    receive: async () => [
      { id: "0", receipt: "0", body: "7" },
      { id: "1", receipt: "1", body: "no number" },
    ],
    remove: async ({ id }) => void removed.push(id),
  };
  const rounds = [true, false];
  assert.equal(await drain(queue, JSON.parse, () => rounds.shift() ?? false), 1);
  assert.deepEqual(removed, ["0"]);
});
