// What is done with a record that a pipe took from a stream.
interface Row { eventName?: unknown; dynamodb?: object; data: string }

const payload = (data: string): { kind?: unknown } =>
  JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(data, "base64"))) as { kind?: unknown };

/**
 * Stands for your own work: says what kind of change it is. INSERT, MODIFY or REMOVE of a table; the
 * `kind` of a data stream's record.
 */
export function work(body: string): string {
  const record = JSON.parse(body) as Row;
  const kind = "dynamodb" in record ? record.eventName : payload(record.data).kind;
  if (typeof kind !== "string") throw new TypeError("a record without a kind");
  return kind;
}
