// A small service on port 8080 that ends its work before it stops.
import { createServer, type Server } from "node:http";

/** Status and body for a path. */
export const answer = (path: string): [number, unknown] =>
  path === "/healthz" ? [200, { ok: true }] : [200, { path }];

export function serve(port = 8080): Server {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const [status, said] = answer(path);
    if (path !== "/healthz") console.log(JSON.stringify({ request: path, status }));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
  });
  return server.listen(port);
}

if (require.main === module) {
  const server = serve();
  process.on("SIGTERM", () => server.close());
}
