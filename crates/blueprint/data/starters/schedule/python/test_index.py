import datetime
import unittest

import index


class Report(unittest.TestCase):
    def test_the_most_sold_comes_first(self):
        text = index.report(datetime.date(2026, 1, 31), [("hats", 1), ("shoes", 2), ("hats", 4)])
        self.assertEqual(text, "day,article,sold\n2026-01-31,hats,5\n2026-01-31,shoes,2\n")

    def test_a_run_names_what_it_wrote(self):
        self.assertRegex(index.handler({}, None), r"^reports/\d{4}-\d\d-\d\d\.csv$")


if __name__ == "__main__":
    unittest.main()
