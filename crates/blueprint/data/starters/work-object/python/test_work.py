import json
import unittest

from work import work


def uploaded(*keys):
    records = [{"s3": {"bucket": {"name": "in"}, "object": {"key": key}}} for key in keys]
    return json.dumps({"Records": records})


class Work(unittest.TestCase):
    def test_keys_are_read_as_they_were_given(self):
        self.assertEqual(work(uploaded("incoming/a+b.png", "incoming/%C3%A4")), ["incoming/a b.png", "incoming/ä"])

    def test_the_first_message_of_a_bucket_is_no_work(self):
        self.assertEqual(work('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "in"}'), [])

    def test_what_is_no_notification_fails(self):
        for body in ["{}", "[]", "null", '{"Records": {}}', '{"Records": [{}]}', "no JSON"]:
            with self.assertRaises(Exception):
                work(body)


if __name__ == "__main__":
    unittest.main()
