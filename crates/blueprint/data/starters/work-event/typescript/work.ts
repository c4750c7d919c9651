// What is done with an event of a bus.

/** Stands for your own work: says what has happened; what it was about is in `detail`. */
export function work(body: string): string {
  const { "detail-type": what } = JSON.parse(body) as { "detail-type"?: unknown };
  if (typeof what !== "string") throw new TypeError("an event without a type");
  return what;
}
