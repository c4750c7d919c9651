// Answers with what a model says: here logistic regression over named features. The
// model is a JSON file, read once for each environment; MODEL_DIR says where it is.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Model { bias: number; weights: Record<string, number> }

let known: Model | undefined;
const model = (): Model =>
  (known ??= JSON.parse(readFileSync(join(process.env["MODEL_DIR"] ?? __dirname, "model.json"), "utf8")) as Model);

/** The probability that the model gives; a feature it does not know is a mistake. */
export function infer(model: Model, features: unknown): number {
  if (typeof features !== "object" || features === null || Array.isArray(features)) throw new Error("send an object of features");
  let score = model.bias;
  for (const [name, value] of Object.entries(features)) {
    const weight = Object.hasOwn(model.weights, name) ? model.weights[name] : undefined;
    if (weight === undefined || typeof value !== "number") throw new Error(`unknown feature: ${name}`);
    score += weight * value;
  }
  return 1 / (1 + Math.exp(Math.min(-score, 700)));
}

interface Request { body?: string | null; isBase64Encoded?: boolean }

/** The body; APIs give what is no text in Base64. */
const bodyOf = ({ body, isBase64Encoded }: Request): string =>
  isBase64Encoded ? Buffer.from(body ?? "", "base64").toString() : body ?? "";

export async function handler(event: Request): Promise<{ statusCode: number; headers: Record<string, string>; body: string }> {
  const headers = { "content-type": "application/json" };
  try {
    const probability = infer(model(), JSON.parse(bodyOf(event)));
    return { statusCode: 200, headers, body: JSON.stringify({ probability }) };
  } catch (error) {
    return { statusCode: 400, headers, body: JSON.stringify({ error: String(error) }) };
  }
}
