import { expect, it } from "vitest";
import { createReadyBodies } from "../../../src/client/plan/ready-bodies.ts";

it("has the first bodies ready, makes others when they are prepared or taken, and each once", () => {
  const made: number[] = [];
  const bodies = createReadyBodies(2, (unit) => {
    made.push(unit);
    return Buffer.alloc(10, unit);
  });
  expect(made).toEqual([0, 1]);
  bodies.prepare(2);
  bodies.prepare(2);
  for (const unit of [0, 1, 2, 3]) expect(bodies.take(unit)[0]).toBe(unit);
  expect(made).toEqual([0, 1, 2, 3]);
});
