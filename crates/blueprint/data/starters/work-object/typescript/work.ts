// What is done with a notification of a bucket.
interface Notification { Event?: string; Records: { s3: { object: { key: string } } }[] }

/** Stands for your own work: says under which keys something was uploaded. */
export function work(body: string): string[] {
  const message = JSON.parse(body) as Notification;
  // Sent when the notification is set: the bucket tries whether it may.
  if (message.Event === "s3:TestEvent") return [];
  // Keys come as forms of the web have them: a space is a plus.
  return message.Records.map((record) => decodeURIComponent(record.s3.object.key.replaceAll("+", " ")));
}
