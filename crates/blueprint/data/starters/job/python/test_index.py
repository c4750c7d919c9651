import unittest

import index


class Job(unittest.TestCase):
    def test_every_item_belongs_to_one_task(self):
        items = list(range(10))
        shares = [index.share(items, place, 3) for place in range(3)]
        self.assertEqual(sorted(sum(shares, [])), items)

    def test_it_succeeds(self):
        self.assertEqual(index.run({"AWS_BATCH_JOB_ARRAY_INDEX": "1", "ARRAY_SIZE": "4"}), 0)


if __name__ == "__main__":
    unittest.main()
