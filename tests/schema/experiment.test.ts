import { expect, it } from "vitest";
import { cellName } from "../../src/schema/experiment.ts";

it.each([
  ["tp8", "tp8", ""],
  ["tp8@long", "tp8", "long"],
  ["tp8@70b@long·c64", "tp8", "70b@long·c64"],
  ["tp8·seqs64·1k1k", "tp8·seqs64", "1k1k"],
])("%s of the row %s lies in `%s`", (name, row, cell) => {
  expect(cellName({ name, row })).toBe(cell);
});
