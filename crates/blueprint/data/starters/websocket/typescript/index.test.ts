import assert from "node:assert/strict";
import { test } from "node:test";
import { handle, type Room } from "./index";

test("everybody hears, and who is gone is forgotten", async () => {
  const there = new Set<string>();
  const heard: string[] = [];
  const room: Room = {
    join: async (who) => void there.add(who),
    leave: async (who) => void there.delete(who),
    everybody: async () => [...there].sort(),
  };
  const send = async (to: string, text: string) => (heard.push(`${to}: ${text}`), to !== "b");
  const event = (routeKey: string, connectionId: string, body = "") => ({ requestContext: { routeKey, connectionId }, body });
  await handle(event("$connect", "a"), room, send);
  await handle(event("$connect", "b"), room, send);
  await handle(event("$default", "a", "hello"), room, send);
  assert.deepEqual([heard, [...there]], [["a: hello", "b: hello"], ["a"]]);
  await handle(event("$disconnect", "a"), room, send);
  assert.equal(there.size, 0);
});
