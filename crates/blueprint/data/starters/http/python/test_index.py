import json
import unittest

import index


def call(method: str, path: str, query: dict | None = None) -> dict:
    event = {"requestContext": {"http": {"method": method}}, "rawPath": path, "queryStringParameters": query}
    return index.handler(event, None)


class Site(unittest.TestCase):
    def test_a_rest_api_or_a_load_balancer_calls(self):
        event = {"httpMethod": "GET", "path": "/api/hello", "queryStringParameters": None, "requestContext": {}}
        self.assertEqual(index.handler(event, None)["statusCode"], 200)

    def test_the_page_escapes_what_it_is_given(self):
        self.assertIn("Hello, &lt;b&gt;", call("GET", "/", {"name": "<b>"})["body"])

    def test_the_api(self):
        self.assertEqual(json.loads(call("GET", "/api/hello")["body"]), {"hello": "world"})

    def test_what_is_not_there(self):
        self.assertEqual(call("GET", "/nowhere")["statusCode"], 404)
        self.assertEqual(call("POST", "/")["statusCode"], 405)


if __name__ == "__main__":
    unittest.main()
