import assert from "node:assert/strict";
import { test } from "node:test";
import { aggregate, type Row } from "./index";

const change = (eventName: string, SequenceNumber: string): Row => ({ eventName, dynamodb: { SequenceNumber } });
const sent = (payload: unknown, sequenceNumber: string): Row => ({
  kinesis: { data: Buffer.from(JSON.stringify(payload)).toString("base64"), sequenceNumber },
});

test("changes of a table", () => {
  const { counts, failures } = aggregate([change("INSERT", "1"), change("INSERT", "2"), change("REMOVE", "3")]);
  assert.deepEqual([counts, failures], [{ INSERT: 2, REMOVE: 1 }, []]);
});

test("a bad record stops the batch there", () => {
  const { counts, failures } = aggregate([sent({ kind: "click" }, "7"), sent({}, "8"), sent({ kind: "click" }, "9")]);
  assert.deepEqual([counts, failures], [{ click: 1 }, [{ itemIdentifier: "8" }]]);
});
