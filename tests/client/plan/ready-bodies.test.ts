import { describe, expect, it } from "vitest";
import { createReadyBodies } from "../../../src/client/plan/ready-bodies.ts";

function started(total: number, ahead: number, bytes = 10) {
  const made: number[] = [];
  const bodies = createReadyBodies(total, ahead, (unit) => {
    made.push(unit);
    return Buffer.alloc(bytes, unit);
  });
  const fill = (): void => {
    while (bodies.prepareMore());
  };
  return { bodies, made, fill };
}

describe("createReadyBodies", () => {
  it("has the first of them ready, makes the next ones when it is asked to, and each one once", () => {
    const { bodies, made: units, fill } = started(20, 4);
    expect(units).toEqual([0, 1, 2, 3]);
    expect(bodies.prepareMore()).toBe(false);
    for (const unit of [0, 1, 2]) expect(bodies.take(unit)[0]).toBe(unit);
    fill();
    expect(units).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (let unit = 3; unit < 20; unit += 1) {
      expect(bodies.take(unit)[0]).toBe(unit);
      if (unit % 3 === 0) fill();
    }
    expect(units).toEqual(Array.from({ length: 20 }, (_, unit) => unit));
    expect(bodies.prepareMore()).toBe(false);
  });

  it("makes one that is not ready when it is taken, and does not go back to it", () => {
    const { bodies, made: units, fill } = started(10, 2);
    for (const unit of [0, 1, 2, 3]) expect(bodies.take(unit)[0]).toBe(unit);
    bodies.prepare(4);
    bodies.prepare(4);
    fill();
    expect(units).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("does a few at a time, and keeps no more than a few megabytes beyond the first", () => {
    const { bodies, made: units, fill } = started(200, 100, 1_000_000);
    expect(units).toHaveLength(100);
    for (let unit = 0; unit < 100; unit += 1) bodies.take(unit);
    expect(bodies.prepareMore()).toBe(true);
    expect(units).toHaveLength(104);
    fill();
    expect(units).toHaveLength(117);
  });
});
