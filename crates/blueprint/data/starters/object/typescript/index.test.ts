import assert from "node:assert/strict";
import { test } from "node:test";
import { Jimp } from "jimp";
import { handle, thumbnail, type Store } from "./index";

const picture = () => new Jimp({ width: 1000, height: 500, color: 0xc81e1eff }).getBuffer("image/png");

test("fits and keeps its shape", async () => {
  const small = await Jimp.read(await thumbnail(await picture()));
  assert.deepEqual([small.width, small.height], [256, 128]);
});

test("writes beside the upload and not over it", async () => {
  const written: string[] = [];
  const store: Store = {
    get: picture,
    put: async (_bucket, key) => void written.push(key),
  };
  const event = { Records: [{ s3: { bucket: { name: "in" }, object: { key: "incoming/a+b.png" } } }] };
  await handle(event, store, "out");
  assert.deepEqual(written, ["a b.png.jpg"]);
});
