import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, handler } from "./index";

test("the page escapes what it is given", () => {
  assert.match(answer("GET", "/", "<b>").body, /Hello, &#60;b&#62;/);
});

test("the API", async () => {
  const { body } = await handler({ requestContext: { http: { method: "GET" } }, rawPath: "/api/hello" });
  assert.deepEqual(JSON.parse(body), { hello: "world" });
});

test("a REST API or a load balancer calls", async () => {
  const { statusCode } = await handler({ requestContext: {}, httpMethod: "GET", path: "/api/hello", queryStringParameters: null });
  assert.equal(statusCode, 200);
});

test("what is not there", () => {
  assert.equal(answer("GET", "/nowhere", "").statusCode, 404);
  assert.equal(answer("POST", "/", "").statusCode, 405);
});
