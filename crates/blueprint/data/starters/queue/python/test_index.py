import json
import unittest

import index


class Orders(unittest.TestCase):
    def test_adds_up(self):
        order = {"lines": [{"cents": 250, "count": 2}, {"cents": 99, "count": 1}]}
        self.assertEqual(index.work(json.dumps(order)), 599)

    def test_only_what_failed_comes_again(self):
        good = {"messageId": "1", "body": json.dumps({"lines": [{"cents": 1, "count": 1}]})}
        bad = {"messageId": "2", "body": "{}"}
        none = {"messageId": "3", "body": json.dumps({"lines": []})}
        answer = index.handler({"Records": [good, bad, none]}, None)
        self.assertEqual(answer, {"batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "3"}]})


if __name__ == "__main__":
    unittest.main()
