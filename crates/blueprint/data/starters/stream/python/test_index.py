import base64
import json
import unittest

import index


def change(name: str, number: str) -> dict:
    return {"eventName": name, "dynamodb": {"SequenceNumber": number}}


def record(payload: object, number: str) -> dict:
    data = base64.b64encode(json.dumps(payload).encode()).decode()
    return {"kinesis": {"data": data, "sequenceNumber": number}}


class Counts(unittest.TestCase):
    def test_changes_of_a_table(self):
        changes = [change("INSERT", "1"), change("INSERT", "2"), change("REMOVE", "3")]
        self.assertEqual(index.aggregate(changes), ({"INSERT": 2, "REMOVE": 1}, []))

    def test_a_bad_record_stops_the_batch_there(self):
        records = [record({"kind": "click"}, "7"), record({}, "8"), record({"kind": "click"}, "9")]
        counts, failures = index.aggregate(records)
        self.assertEqual(counts, {"click": 1})
        self.assertEqual(failures, [{"itemIdentifier": "8"}])


if __name__ == "__main__":
    unittest.main()
