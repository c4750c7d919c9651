"""Takes messages from a queue until it is told to stop."""

import json
import os
import signal

from work import work


def drain(queue, url: str, handle, running) -> int:
    """Hands on each message while `running` says so; gives how many were done."""
    done = 0
    while running():
        found = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
        for message in found.get("Messages", []):
            try:
                print(json.dumps({"message": message["MessageId"], "result": handle(message["Body"])}), flush=True)
            except Exception as error:  # whatever one message does, the worker goes on
                # Left in the queue: it comes again, and at last to the dead letters.
                print(json.dumps({"message": message["MessageId"], "error": str(error)}), flush=True)
                continue
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            done += 1
    return done


if __name__ == "__main__":
    import boto3

    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    drain(boto3.client("sqs"), os.environ["QUEUE_URL"], work, lambda: not stopped)
