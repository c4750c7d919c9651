// Makes a thumbnail of every image that is uploaded under incoming/.
import { Jimp } from "jimp";

const LARGEST = 256;

export interface Store {
  get(bucket: string, key: string): Promise<Buffer>;
  put(bucket: string, key: string, body: Buffer, type: string): Promise<void>;
}

interface Uploads {
  Records: { s3: { bucket: { name: string }; object: { key: string } } }[];
}

/** The image as a JPEG that fits into 256 by 256 pixels. */
export async function thumbnail(image: Buffer): Promise<Buffer> {
  const opened = await Jimp.read(image);
  if (opened.width > LARGEST || opened.height > LARGEST) {
    opened.scaleToFit({ w: LARGEST, h: LARGEST });
  }
  return opened.getBuffer("image/jpeg", { quality: 85 });
}

/** Works off one event; gives the keys that were written. */
export async function handle(event: Uploads, store: Store, results: string): Promise<string[]> {
  const written: string[] = [];
  for (const { s3 } of event.Records) {
    const key = decodeURIComponent(s3.object.key.replace(/\+/g, " "));
    const image = await store.get(s3.bucket.name, key);
    // The same key gives the same result, so a second delivery does no harm.
    const name = key.replace(/^incoming\//, "") + ".jpg";
    let small: Buffer;
    try {
      small = await thumbnail(image);
    } catch (error) {
      // No picture is one the next time, so it is told and not tried again.
      console.log(JSON.stringify({ key, error: String(error) }));
      continue;
    }
    await store.put(results, name, small, "image/jpeg");
    written.push(name);
  }
  return written;
}

export async function handler(event: Uploads): Promise<string[]> {
  const { S3Client, GetObjectCommand, PutObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = new S3Client({});
  const store: Store = {
    async get(Bucket, Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async put(Bucket, Key, Body, ContentType) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
    },
  };
  return handle(event, store, process.env["RESULT_BUCKET"] ?? "");
}
