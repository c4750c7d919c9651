import json
import threading
import unittest
import urllib.request

import index


class Service(unittest.TestCase):
    def test_it_answers(self):
        server = index.serve(0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        with urllib.request.urlopen(address + "/healthz") as answer:
            self.assertEqual(json.load(answer), {"ok": True})
        with urllib.request.urlopen(address + "/a?b=c") as answer:
            self.assertEqual(json.load(answer), {"path": "/a"})
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    unittest.main()
