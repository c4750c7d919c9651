import assert from "node:assert/strict";
import { test } from "node:test";
import { work } from "./work";

const uploaded = (...keys: string[]): string =>
  JSON.stringify({ Records: keys.map((key) => ({ s3: { bucket: { name: "in" }, object: { key } } })) });

test("keys are read as they were given", () =>
  assert.deepEqual(work(uploaded("incoming/a+b.png", "incoming/%C3%A4")), ["incoming/a b.png", "incoming/ä"]));

test("the first message of a bucket is no work", () =>
  assert.deepEqual(work('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "in"}'), []));

test("what is no notification fails", () => {
  for (const body of ["{}", "[]", "null", '{"Records": {}}', '{"Records": [{}]}', "no JSON"]) assert.throws(() => work(body));
});
