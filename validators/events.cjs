// Calls a handler for each event of a Runtime API, where the client of AWS is not installed:
// `events.cjs index.handler`.
const path = require("node:path");
const [file, name] = process.argv[2].split(".");
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

async function main() {
  const handler = require(path.resolve(file))[name];
  for (;;) {
    const next = await fetch(`${api}/invocation/next`);
    const id = next.headers.get("lambda-runtime-aws-request-id");
    let [end, body] = ["response", null];
    try {
      body = (await handler(await next.json(), {})) ?? null;
    } catch (error) {
      [end, body] = ["error", { errorMessage: String(error), errorType: "Error" }];
    }
    await fetch(`${api}/invocation/${id}/${end}`, { method: "POST", body: JSON.stringify(body) });
  }
}

void main();
