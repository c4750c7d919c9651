import unittest

from work import work


class Work(unittest.TestCase):
    def test_words_are_counted(self):
        self.assertEqual(work('{"text": "one two"}'), 2)

    def test_a_message_without_a_text_fails(self):
        for body in ["{}", "[]", "null", '{"text": 3}', "no JSON"]:
            with self.assertRaises(Exception):
                work(body)


if __name__ == "__main__":
    unittest.main()
