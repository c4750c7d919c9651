// Counts what changed, by kind: records of a table's stream or of a data stream.
interface Change { eventName?: string; dynamodb: { SequenceNumber: string } }
interface Sent { kinesis: { data: string; sequenceNumber: string } }
export type Row = Change | Sent;
interface Failure { itemIdentifier: string }

const payload = (data: string): { kind?: unknown } =>
  JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(data, "base64"))) as { kind?: unknown };

/** INSERT, MODIFY or REMOVE of a table; the `kind` of a data stream's record. */
function kindOf(record: Row): string {
  const kind = "dynamodb" in record ? record.eventName : payload(record.kinesis.data).kind;
  if (typeof kind !== "string") throw new TypeError("a record without a kind");
  return kind;
}

const numberOf = (record: Row): string =>
  "dynamodb" in record ? record.dynamodb.SequenceNumber : record.kinesis.sequenceNumber;

/** Counts by kind, and where to begin again: the first record that failed. */
export function aggregate(records: Row[]): { counts: Record<string, number>; failures: Failure[] } {
  const counts = new Map<string, number>();
  for (const record of records) {
    try {
      const kind = kindOf(record);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    } catch {
      // The rest of the batch comes again from here, so nothing is lost.
      return { counts: Object.fromEntries(counts), failures: [{ itemIdentifier: numberOf(record) }] };
    }
  }
  return { counts: Object.fromEntries(counts), failures: [] };
}

export async function handler(event: { Records: Row[] }): Promise<{ batchItemFailures: Failure[] }> {
  const { counts, failures } = aggregate(event.Records);
  console.log(JSON.stringify({ counts, failed: failures.length }));
  return { batchItemFailures: failures };
}
