import { inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { imageUrls } from "../../../src/client/plan/made-images.ts";

const asked = { count: 2, width: 20, height: 12, seed: "7 image 0" };

it("makes as many PNG images of the size, no two alike, the same for the same seed", () => {
  const urls = imageUrls(asked);
  expect(urls).toHaveLength(2);
  expect(new Set([...urls, ...imageUrls({ ...asked, seed: "7 image 1" })]).size).toBe(4);
  expect(imageUrls(asked)).toEqual(urls);
  const png = Buffer.from(urls[0]!.replace("data:image/png;base64,", ""), "base64");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([20, 12]);
  // IHDR takes 25 bytes behind the signature; the length of IDAT stands before its name.
  const pixels = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  expect(pixels).toHaveLength(12 * (1 + 3 * 20));
  expect(pixels.subarray(1, 4)).toEqual(pixels.subarray(22, 25));
  expect(pixels.subarray(1, 4)).not.toEqual(pixels.subarray(25, 28));
});
