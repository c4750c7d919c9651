// Counts what changed, by kind: records of a table's stream or of a data stream.
interface Change { eventName: string; dynamodb: { SequenceNumber: string } }
interface Sent { kinesis: { data: string; sequenceNumber: string } }
export type Row = Change | Sent;
interface Failure { itemIdentifier: string }

/** INSERT, MODIFY or REMOVE of a table; the `kind` of a data stream's record. */
function kindOf(record: Row): string {
  if ("dynamodb" in record) return record.eventName;
  const payload = JSON.parse(Buffer.from(record.kinesis.data, "base64").toString()) as { kind?: unknown };
  if (typeof payload.kind !== "string") throw new TypeError("a record without a kind");
  return payload.kind;
}

const numberOf = (record: Row): string =>
  "dynamodb" in record ? record.dynamodb.SequenceNumber : record.kinesis.sequenceNumber;

/** Counts by kind, and where to begin again: the first record that failed. */
export function aggregate(records: Row[]): { counts: Record<string, number>; failures: Failure[] } {
  const counts: Record<string, number> = {};
  for (const record of records) {
    try {
      const kind = kindOf(record);
      counts[kind] = (counts[kind] ?? 0) + 1;
    } catch {
      // The rest of the batch comes again from here, so nothing is lost.
      return { counts, failures: [{ itemIdentifier: numberOf(record) }] };
    }
  }
  return { counts, failures: [] };
}

export async function handler(event: { Records: Row[] }): Promise<{ batchItemFailures: Failure[] }> {
  const { counts, failures } = aggregate(event.Records);
  console.log(JSON.stringify({ counts, failed: failures.length }));
  return { batchItemFailures: failures };
}
