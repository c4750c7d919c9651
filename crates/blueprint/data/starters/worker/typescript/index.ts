// Takes messages from a queue until it is told to stop.
import { work } from "./work";

export interface Message { id: string; receipt: string; body: string }
export interface Queue {
  receive(): Promise<Message[]>;
  remove(message: Message): Promise<void>;
}

/** Hands on each message while `running` says so; gives how many were done. */
export async function drain(queue: Queue, handle: (body: string) => unknown, running: () => boolean): Promise<number> {
  let done = 0;
  while (running()) {
    for (const message of await queue.receive()) {
      try {
        console.log(JSON.stringify({ message: message.id, result: await handle(message.body) }));
      } catch (error) {
        // Left in the queue: it comes again, and at last to the dead letters.
        console.log(JSON.stringify({ message: message.id, error: String(error) }));
        continue;
      }
      await queue.remove(message);
      done += 1;
    }
  }
  return done;
}

async function main(): Promise<void> {
  const { SQSClient, ReceiveMessageCommand, DeleteMessageCommand } = await import("@aws-sdk/client-sqs");
  const sqs = new SQSClient({});
  const QueueUrl = process.env["QUEUE_URL"] ?? "";
  let running = true;
  process.on("SIGTERM", () => (running = false));
  const queue: Queue = {
    async receive() {
      const found = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }));
      return (found.Messages ?? []).map(({ MessageId, ReceiptHandle, Body }) => ({
        id: MessageId ?? "", receipt: ReceiptHandle ?? "", body: Body ?? "",
      }));
    },
    remove: async ({ receipt }) => void (await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }))),
  };
  await drain(queue, work, () => running);
}

if (require.main === module) void main();
