import unittest

import index


class Table:
    def __init__(self):
        self.there = set()

    def put_item(self, Item):
        self.there.add(Item["sk"])

    def delete_item(self, Key):
        self.there.discard(Key["sk"])

    def query(self, **_):
        return {"Items": [{"sk": one} for one in sorted(self.there)]}


def event(route: str, who: str, body: str = "") -> dict:
    return {"requestContext": {"routeKey": route, "connectionId": who}, "body": body}


class Room(unittest.TestCase):
    def test_everybody_hears_and_who_is_gone_is_forgotten(self):
        table, heard = Table(), []

        def send(who: str, text: str) -> bool:
            heard.append((who, text))
            return who != "b"

        for who in "ab":
            index.handle(event("$connect", who), table, send)
        index.handle(event("$default", "a", "hello"), table, send)
        self.assertEqual(heard, [("a", "hello"), ("b", "hello")])
        self.assertEqual(table.there, {"a"})
        index.handle(event("$disconnect", "a"), table, send)
        self.assertEqual(table.there, set())


if __name__ == "__main__":
    unittest.main()
