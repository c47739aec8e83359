import { expect, it } from "vitest";
import {
  changeDecimals,
  decimalsOf,
  fixed,
  percentChange,
  percentInterval,
  plain,
  pText,
  rounded,
  signed,
  superscript,
  typeset,
} from "../../src/report/numbers.ts";

const half = (percent: number) => ({ lower: 1 - percent / 100, upper: 1 + percent / 100 });

it("takes decimals from two digits of the median half-width", () => {
  expect(changeDecimals([half(1.7), half(1.5), half(40)])).toBe(1);
  expect(changeDecimals([half(17)])).toBe(0);
  expect(changeDecimals([half(0.17)])).toBe(2);
  expect(changeDecimals([null])).toBe(1);
  expect(decimalsOf([120, 0, Number.NaN])).toBe(0);
  expect(decimalsOf([])).toBeNull();
});

it("writes numbers in one form on every machine, thousands with a comma", () => {
  expect([fixed(1456.355, 2), fixed(-0.001, 2), fixed(null, 2), fixed(Number.NaN, 1)]).toEqual([
    "1,456.36",
    "0.00",
    "–",
    "–",
  ]);
  expect([fixed(999.5, 1), fixed(1234567.8912, 4), fixed(-98765, 0)]).toEqual(["999.5", "1,234,567.8912", "-98,765"]);
  expect([signed(0.5, 1), signed(-0.5, 1), signed(0, 1), signed(1500, 0)]).toEqual(["+0.5", "-0.5", "0.0", "+1,500"]);
  expect([plain(3), plain(0.1 + 0.2), plain(1234567.89), plain(Infinity)]).toEqual(["3", "0.3", "1234570", "Infinity"]);
  expect([0.0372, 3.71, 12.43, 8123.4, null].map(rounded)).toEqual(["0.0372", "3.71", "12.4", "8,123", "–"]);
  expect(superscript(120)).toBe("¹²⁰");
});

it("writes changes with their sign, and as a factor above +300 %", () => {
  expect([percentChange(1.345), percentChange(0.7918), percentChange(null)]).toEqual(["+34.50 %", "-20.82 %", "–"]);
  expect([percentChange(1.0001, 1), percentChange(5.1, 1), percentChange(4, 0)]).toEqual(["0.0 %", "×5.1", "+300 %"]);
  expect([percentInterval({ lower: 0.95, upper: 1.071 }, 1), percentInterval(null)]).toEqual(["[-5.0, +7.1]", ""]);
  expect(percentInterval({ lower: 4.61, upper: 5.02 }, 1)).toBe("[×4.6, ×5.0]");
  expect([percentChange(2344.8), percentInterval({ lower: 2329.8, upper: 2359.9 })]).toEqual([
    "×2,344.8",
    "[×2,329.8, ×2,359.9]",
  ]);
});

it("never writes a p of 0", () => {
  expect([0.0001, 0.0421, 0.63, null].map(pText)).toEqual(["≤ 0.001", "0.042", "0.63", "–"]);
});

it("typesets figures, and leaves names, ranges and options alone", () => {
  expect(typeset("Reject gmu-95 (-3.4 %), [-4.0, -2.8]; p-values and 2-3 blocks, 2026-01-02, --port")).toBe(
    "Reject gmu-95 (\u22123.4\u202F%), [\u22124.0, \u22122.8]; p-values and 2-3 blocks, 2026-01-02, --port",
  );
});
