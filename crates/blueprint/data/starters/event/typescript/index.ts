// Reacts to events of a bus: says what has happened, once for each event.
interface Happened { id?: string; "detail-type"?: string; detail?: { id?: unknown } | null }

const TEXTS = new Map<string | undefined, (id: string) => string>([
  ["OrderPlaced", (id) => `order ${id} was placed`],
  ["OrderShipped", (id) => `order ${id} is on its way`],
]);

/** What an event says to people; nothing for what nobody needs to know. */
export function tell(event: Happened): string | undefined {
  const id = event.detail?.id;
  // Nothing is gained by failing: an event without an id would come again without one.
  return TEXTS.get(event["detail-type"])?.(typeof id === "string" ? id : "?");
}

export async function handler(event: Happened): Promise<string | undefined> {
  const said = tell(event);
  console.log(JSON.stringify({ event: event.id, said }));
  return said;
}
