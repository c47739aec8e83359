import { expect, it } from "vitest";
import { lengthUnderRate } from "../../src/math/under-rate.ts";

const steps = [
  { seconds: 30, from: 1, to: 1 },
  { seconds: 30, from: 8, to: 8 },
];

it("counts the requests of rates that change, and says when the last is due", () => {
  // 30 in the first step, 240 in the second; of 512 the last is the 242nd at 8 a second behind them.
  expect(lengthUnderRate(steps, { requests: 512, seconds: 0 })).toEqual({ requests: 512, seconds: 60 + 241 / 8 });
  // 270 are due before second 60, and one at it.
  expect(lengthUnderRate(steps, { requests: 10, seconds: 60 })).toEqual({ requests: 271, seconds: 60 });
  // A ramp from 2 to 4 in 10 s sends 30; request 30 is the first at 4 a second.
  const ramp = [{ seconds: 10, from: 2, to: 4 }];
  expect(lengthUnderRate(ramp, { requests: 31, seconds: 0 })).toEqual({ requests: 31, seconds: 10 });
});
