import unittest

import index


class Queue:
    def __init__(self, bodies):
        self.messages = [
            {"MessageId": str(place), "ReceiptHandle": str(place), "Body": body}
            for place, body in enumerate(bodies)
        ]
        self.deleted = []

    def receive_message(self, **_):
        return {"Messages": self.messages} if self.messages else {}

    def delete_message(self, ReceiptHandle, **_):
        self.deleted.append(ReceiptHandle)


class Worker(unittest.TestCase):
    def test_what_fails_stays_in_the_queue(self):
        queue = Queue(["7", "no number"])
        rounds = iter([True, False])
        self.assertEqual(index.drain(queue, "url", int, lambda: next(rounds)), 1)
        self.assertEqual(queue.deleted, ["0"])


if __name__ == "__main__":
    unittest.main()
