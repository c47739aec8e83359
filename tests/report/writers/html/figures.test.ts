import { expect, it } from "vitest";
import {
  changeFigure,
  decimalsOf,
  intervalFigure,
  pFigure,
  signedFigure,
  typeset,
  wholeFigure,
} from "../../../../src/report/writers/html/figures.ts";

const half = (percent: number) => ({ lower: 1 - percent / 100, upper: 1 + percent / 100 });

it("takes decimals from two digits of the median half-width", () => {
  expect(decimalsOf([half(1.7), half(1.5), half(40)])).toBe(1);
  expect(decimalsOf([half(17)])).toBe(0);
  expect(decimalsOf([half(0.17)])).toBe(2);
  expect(decimalsOf([null])).toBe(1);
});

it("writes changes with their sign, a minus and a narrow space", () => {
  expect(changeFigure(1.241, 1)).toBe("+24.1\u202F%");
  expect(changeFigure(0.966, 1)).toBe("\u22123.4\u202F%");
  expect(changeFigure(1.0001, 1)).toBe("0.0\u202F%");
  expect(changeFigure(5.1, 1)).toBe("×5.1");
  expect(intervalFigure({ lower: 0.95, upper: 1.071 }, 1)).toBe("[\u22125.0, +7.1]");
  expect(signedFigure(-0.001, 1)).toBe("0.0");
});

it("writes thousands and p", () => {
  expect(wholeFigure(3261.4)).toBe("3,261");
  expect([0.0001, 0.0421, 0.63].map(pFigure)).toEqual(["< 0.001", "0.042", "0.63"]);
});

it("sets sentences with a minus before figures alone, and no break before %", () => {
  expect(typeset("Reject gmu-95 (-3.4 %), [-4.0, -2.8]; p-values and 2-3 blocks")).toBe(
    "Reject gmu-95 (\u22123.4\u202F%), [\u22124.0, \u22122.8]; p-values and 2-3 blocks",
  );
});
