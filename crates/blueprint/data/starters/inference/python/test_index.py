import json
import unittest

import index


class Inference(unittest.TestCase):
    def test_the_model_is_asked(self):
        answer = index.handler({"body": json.dumps({"age": 20, "visits": 1})}, None)
        self.assertEqual(answer["statusCode"], 200)
        self.assertAlmostEqual(json.loads(answer["body"])["probability"], 0.5)

    def test_what_it_does_not_know_is_said(self):
        for body in (json.dumps({"height": 2}), "[]", "nonsense", None):
            self.assertEqual(index.handler({"body": body}, None)["statusCode"], 400, body)


if __name__ == "__main__":
    unittest.main()
