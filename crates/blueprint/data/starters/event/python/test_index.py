import unittest

import index


class Events(unittest.TestCase):
    def test_what_matters_is_said(self):
        event = {"detail-type": "OrderShipped", "detail": {"id": "42"}}
        self.assertEqual(index.handler(event, None), "order 42 is on its way")

    def test_the_rest_is_not(self):
        self.assertIsNone(index.tell({"detail-type": "CartOpened", "detail": {}}))


if __name__ == "__main__":
    unittest.main()
