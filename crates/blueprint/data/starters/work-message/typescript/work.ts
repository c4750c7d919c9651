/** Stands for your own work: counts the words of a text. */
export function work(body: string): number {
  const { text } = JSON.parse(body) as { text?: unknown };
  if (typeof text !== "string") throw new TypeError("a message without a text");
  return text.split(/\s+/).filter(Boolean).length;
}
