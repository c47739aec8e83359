import { crc32, deflateSync } from "node:zlib";
import { createRandom } from "../../math/random.ts";
import type { SampleImages } from "../../schema/sample.ts";

/** Pixels of one colour in a row and in a column: few bytes, and no two images alike. */
const CELL = 8;
const RGB = 3;

/** The images of a sample as data URLs, the same for the same seed: PNG, cells of random colours. */
export function imageUrls({ count, width, height, seed }: SampleImages): string[] {
  return Array.from({ length: count }, (_, image) => {
    const png = pngOf(width, height, cellsOf(width, height, `${seed} ${image}`));
    return `data:image/png;base64,${png.toString("base64")}`;
  });
}

/** Rows of pixels, each behind its filter (0, none). */
function cellsOf(width: number, height: number, seed: string): Buffer {
  const random = createRandom(seed);
  const row = 1 + RGB * width;
  const pixels = Buffer.alloc(row * height);
  for (let top = 0; top < height; top += CELL) {
    const first = top * row;
    for (let left = 0; left < width; left += CELL) {
      const colour = random.integer(2 ** (8 * RGB));
      for (let x = left; x < Math.min(left + CELL, width); x += 1) pixels.writeUIntBE(colour, first + 1 + RGB * x, RGB);
    }
    for (let y = top + 1; y < Math.min(top + CELL, height); y += 1) pixels.copy(pixels, y * row, first, first + row);
  }
  return pixels;
}

/** A PNG of 8 bits a channel, without an alpha channel (ISO/IEC 15948). */
function pngOf(width: number, height: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), 4 + body.length);
  return whole;
}
