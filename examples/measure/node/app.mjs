// A thumbnail of a picture: fetched, scaled down, and compressed. The picture is made here and
// the fetch waits as a store would, so that it runs without an account and without packages.
import { setTimeout as wait } from "node:timers/promises";
import { deflateSync } from "node:zlib";

export async function handler(event) {
  await wait((event.fetch_s ?? 0.03) * 1000);
  const small = scaled(picture(event.size ?? 256), event.size ?? 256, event.scale ?? 4);
  return { pixels: deflateSync(small).toString("base64") };
}

function picture(size) {
  const pixels = Buffer.alloc(size * size * 3);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      pixels.set([(x * 255) / size, (y * 255) / size, (x ^ y) & 255], (y * size + x) * 3);
  return pixels;
}

function scaled(pixels, size, times) {
  const side = Math.floor(size / times);
  const out = Buffer.alloc(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let dy = 0; dy < times; dy++)
          for (let dx = 0; dx < times; dx++)
            sum += pixels[((y * times + dy) * size + x * times + dx) * 3 + channel];
        out[(y * side + x) * 3 + channel] = sum / (times * times);
      }
  return out;
}
