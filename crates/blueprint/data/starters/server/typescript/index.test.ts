import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddressInfo } from "node:net";
import { serve } from "./index";

test("it answers", async () => {
  const server = serve(0);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await (await fetch(address + "/healthz")).json(), { ok: true });
  assert.deepEqual(await (await fetch(address + "/a?b=c")).json(), { path: "/a" });
  server.close();
});
