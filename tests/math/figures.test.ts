import { expect, it } from "vitest";
import {
  boundsText,
  changeText,
  countText,
  decimalsBeside,
  figureText,
  leastShareText,
  percentText,
  pText,
  saidOf,
  signedText,
} from "../../src/math/figures.ts";

it("shows three digits, and no fewer than the whole part", () => {
  expect([0, 12, 1234, 0.123456, 12.345, 123.45, 1234.5, -1234.6].map(figureText)).toEqual([
    "0",
    "12",
    "1234",
    "0.123",
    "12.3",
    "123",
    "1235",
    "-1235",
  ]);
  expect([percentText(0.02), percentText(0.004), percentText(0.333, 0)]).toEqual(["2 %", "0.4 %", "33 %"]);
});

it("shows a change with its sign, and none where it rounds to zero", () => {
  expect([1.0812, 0.95, 1, 1.0001, 0.9999].map((ratio) => changeText(ratio))).toEqual([
    "+8.1 %",
    "-5.0 %",
    "0.0 %",
    "0.0 %",
    "0.0 %",
  ]);
  expect(changeText(1.345, 2)).toBe("+34.50 %");
  expect([changeText(4), changeText(33.145)]).toEqual(["+300.0 %", "×33.1"]);
  expect(boundsText({ lower: 0.9312, upper: 1.05 })).toBe("-6.9 to +5.0");
  // A figure of +320 % is a factor, and so are both of its bounds.
  expect([changeText(4.2), boundsText({ lower: 3.9, upper: 4.6 })]).toEqual(["×4.2", "×3.9 to ×4.6"]);
  expect([signedText(-0.001, 2), signedText(3, 0)]).toEqual(["0.00", "+3"]);
});

it("counts, and shows p", () => {
  expect([countText(1, "block"), countText(0, "block"), countText(2, "launch", "launches")]).toEqual([
    "1 block",
    "0 blocks",
    "2 launches",
  ]);
  expect([pText(0.0001), pText(0.0123)]).toEqual(["p ≤ 0.001", "p 0.012"]);
});

it("leaves out of a list what is not said", () => {
  const none: string | null = null;
  expect(saidOf("one", false, none, "two")).toEqual(["one", "two"]);
});

it("shows a share with the decimals that tell it from its limit, and the limit as it is", () => {
  expect([96.6, 98.96, 98.9996, 99.04, 99].map((percent) => decimalsBeside(0.99, [percent]))).toEqual([1, 2, 4, 2, 1]);
  expect(decimalsBeside(0.99, [80, 98.96])).toBe(2);
  expect([decimalsBeside(0.9995, [99.94]), decimalsBeside(0.9995, [99.95]), decimalsBeside(1, [99.97])]).toEqual([
    1, 2, 2,
  ]);
  expect(decimalsBeside(0.57, [100 * 0.57])).toBe(1);
  expect([0.99, 0.9995, 0.57].map(leastShareText)).toEqual(["99 %", "99.95 %", "57 %"]);
});
