import { expect, it } from "vitest";
import { lengthUnderRate, underRate } from "../../src/math/under-rate.ts";
import { NS_PER_S } from "../../src/math/units.ts";

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

it("counts the requests of years without making each", () => {
  const fast = [{ seconds: 60, from: 5, to: 20_000 }];
  expect(lengthUnderRate(fast, { requests: 10, seconds: 1e12 })).toEqual({
    requests: expect.closeTo(2e16, -8),
    seconds: 1e12,
  });
});

it.each([0, 3, 17.5, 30, 45.1, 60, 200])(
  "counts as many as are due by %s s, and one that is due then or next",
  (seconds) => {
    const stretches = [...steps, { seconds: 20, from: 3, to: 0.5 }];
    const due = underRate(4000, stretches);
    const last = due.findIndex((dueNs) => dueNs >= seconds * NS_PER_S);
    const length = lengthUnderRate(stretches, { requests: 1, seconds });
    expect(length).toEqual({ requests: last + 1, seconds: expect.closeTo(due[last]! / NS_PER_S, 6) });
  },
);
