// Works off messages of a queue: adds up orders. What fails comes again alone.
interface Message { messageId: string; body: string }
interface Order { lines?: { cents?: unknown; count?: unknown }[] }

/** A whole number; a text, a flag or a part of one is a mistake. */
function whole(value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw new TypeError(`${String(value)} is no whole number`);
  return value;
}

/** The total of one order in cents; an order without lines is a mistake. */
export function work(body: string): number {
  const { lines } = JSON.parse(body) as Order;
  if (!lines?.length) throw new Error("an order without lines");
  return lines.reduce((sum, line) => sum + whole(line.cents) * whole(line.count), 0);
}

export async function handler(event: { Records: Message[] }): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      console.log(JSON.stringify({ message: messageId, cents: work(body) }));
    } catch (error) {
      console.log(JSON.stringify({ message: messageId, error: String(error) }));
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
