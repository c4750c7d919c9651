// Reacts to events of a bus: says what has happened, once for each event.
interface Happened { id?: string; "detail-type": string; detail: { id?: string } }

const TEXTS: Record<string, (id: string) => string> = {
  OrderPlaced: (id) => `order ${id} was placed`,
  OrderShipped: (id) => `order ${id} is on its way`,
};

/** What an event says to people; nothing for what nobody needs to know. */
export const tell = (event: Happened): string | undefined => TEXTS[event["detail-type"]]?.(event.detail.id ?? "?");

export async function handler(event: Happened): Promise<string | undefined> {
  const said = tell(event);
  console.log(JSON.stringify({ event: event.id, said }));
  return said;
}
