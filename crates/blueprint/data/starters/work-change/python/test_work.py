import base64
import json
import unittest

from work import work


def sent(payload: bytes) -> str:
    data = base64.b64encode(payload).decode()
    return json.dumps({"eventSource": "aws:kinesis", "partitionKey": "1", "sequenceNumber": "1", "data": data})


class Work(unittest.TestCase):
    def test_a_record_of_a_data_stream_has_its_kind(self):
        self.assertEqual(work(sent(b'{"kind": "click"}')), "click")

    def test_a_change_of_a_table_has_its_name(self):
        self.assertEqual(work('{"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": {}}'), "INSERT")

    def test_what_has_no_kind_fails(self):
        for body in ["{}", "[]", "null", '{"dynamodb": {}}', "no JSON", sent(b"{}"), sent(b'{"kind": 3}'), sent(b'{"kind": "\xff"}')]:
            with self.assertRaises(Exception):
                work(body)


if __name__ == "__main__":
    unittest.main()
