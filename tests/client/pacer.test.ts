import { describe, expect, it } from "vitest";
import { createPacer } from "../../src/client/pacer.ts";

const now = (): number => Number(process.hrtime.bigint());
const MS = 1e6;

describe("a pacer", () => {
  it("never resolves before the time, and asks for what is to be done meanwhile", async () => {
    let asked = 0;
    const pacer = createPacer(
      now,
      () => false,
      () => (asked += 1),
    );
    const startNs = now();
    for (const afterMs of [0.2, 1.7, 5, 12.5]) {
      await pacer.until(startNs + afterMs * MS);
      expect(now()).toBeGreaterThanOrEqual(startNs + afterMs * MS);
    }
    expect(asked).toBeGreaterThan(0);
  });

  it("lets other work have its turn while it polls", async () => {
    let turns = 0;
    const other = setInterval(() => (turns += 1), 0);
    const pacer = createPacer(
      now,
      () => turns > 0,
      () => {},
    );
    // Far away: only the other's turn ends it.
    await pacer.until(now() + 1.9 * MS * 1000);
    clearInterval(other);
    expect(turns).toBeGreaterThan(0);
  });

  it("comes back at once from a time that is past, and counts no polling", async () => {
    const pacer = createPacer(
      now,
      () => false,
      () => {},
    );
    await pacer.until(now() - 1);
    expect(pacer.polledNs()).toBe(0);
  });

  it("counts no more polling than there was time", async () => {
    const pacer = createPacer(
      now,
      () => false,
      () => {},
    );
    const startNs = now();
    for (let place = 1; place <= 20; place += 1) await pacer.until(startNs + place * 0.5 * MS);
    expect(pacer.polledNs()).toBeGreaterThan(0);
    expect(pacer.polledNs()).toBeLessThanOrEqual(now() - startNs);
  });
});
