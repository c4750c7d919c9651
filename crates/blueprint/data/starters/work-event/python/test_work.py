import unittest

from work import work


class Work(unittest.TestCase):
    def test_the_type_of_an_event_is_told(self):
        self.assertEqual(work('{"id": "e", "detail-type": "OrderPlaced", "detail": {"id": "7"}}'), "OrderPlaced")

    def test_what_is_no_event_fails(self):
        for body in ["{}", "[]", "null", '{"detail-type": 3}', "no JSON"]:
            with self.assertRaises(Exception):
                work(body)


if __name__ == "__main__":
    unittest.main()
