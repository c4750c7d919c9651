// Serves a small site: a page, and a greeting as JSON.
// HTTP APIs and function URLs say what is asked in one way, REST APIs and load balancers in
// another.
interface Request {
  requestContext?: { http?: { method?: string } } | null;
  rawPath?: string;
  httpMethod?: string;
  path?: string;
  queryStringParameters?: Record<string, string | undefined> | null;
}
interface Answer { statusCode: number; headers: Record<string, string>; body: string }

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const reply = (statusCode: number, kind: string, body: string, headers: Record<string, string> = {}): Answer => ({
  statusCode,
  headers: { "content-type": kind, "x-content-type-options": "nosniff", ...headers },
  body,
});

const ALLOWED = "GET, HEAD, OPTIONS";

/** The answer to one request. */
export function answer(method: string, path: string, name: string): Answer {
  if (method === "HEAD") return { ...answer("GET", path, name), body: "" };
  if (method === "OPTIONS") return reply(204, "text/plain", "", { allow: ALLOWED });
  if (method !== "GET") return reply(405, "text/plain", "only GET", { allow: ALLOWED });
  if (path === "/") {
    const page = `<!doctype html><html lang=en><meta charset=utf-8><title>Hello</title><h1>Hello, ${escape(name)}</h1>`;
    return reply(200, "text/html; charset=utf-8", page);
  }
  if (path === "/api/hello") return reply(200, "application/json", JSON.stringify({ hello: name }));
  return reply(404, "text/plain", "not found");
}

export async function handler(event: Request): Promise<Answer> {
  const name = event.queryStringParameters?.["name"] ?? "world";
  const method = event.requestContext?.http?.method || event.httpMethod;
  const path = event.rawPath || event.path;
  if (!method || !path) return reply(400, "text/plain", "this is no request");
  return answer(method, path, name);
}
