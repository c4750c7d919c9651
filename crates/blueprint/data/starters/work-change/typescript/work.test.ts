import assert from "node:assert/strict";
import { test } from "node:test";
import { work } from "./work";

const sent = (payload: string, encoding: BufferEncoding = "utf8"): string => {
  const data = Buffer.from(payload, encoding).toString("base64");
  return JSON.stringify({ eventSource: "aws:kinesis", partitionKey: "1", sequenceNumber: "1", data });
};

test("a record of a data stream has its kind", () => assert.equal(work(sent('{"kind": "click"}')), "click"));

test("a change of a table has its name", () =>
  assert.equal(work('{"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": {}}'), "INSERT"));

test("what has no kind fails", () => {
  const bodies = ["{}", "[]", "null", '{"dynamodb": {}}', "no JSON", sent("{}"), sent('{"kind": 3}'), sent('{"kind": "\xff"}', "latin1")];
  for (const body of bodies) assert.throws(() => work(body));
});
