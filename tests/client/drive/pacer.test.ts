import { describe, expect, it } from "vitest";
import { createPacer } from "../../../src/client/drive/pacer.ts";

const now = (): number => Number(process.hrtime.bigint());
const MS = 1e6;

describe("a pacer", () => {
  it("polls nothing where there is a due timer, and is called by it", async () => {
    const asked: number[] = [];
    let atNs = 0;
    const pacer = createPacer(
      () => atNs,
      () => false,
      {
        set(dueNs, onDue) {
          asked.push(dueNs);
          queueMicrotask(() => {
            // The kernel may wake it a little early.
            atNs = asked.length === 1 ? dueNs - 10 : dueNs;
            onDue();
          });
        },
        clear: () => {},
      },
    );
    await pacer.until(3 * MS);
    expect(asked).toEqual([3 * MS, 3 * MS]);
    expect(pacer.polledNs()).toBe(0);
    // Farther than it sleeps at once.
    await pacer.until(103 * MS);
    expect(asked.slice(2)).toEqual([53 * MS, 103 * MS]);
  });

  it("sets the due timer again for whoever comes later and is due sooner", async () => {
    const pending = new Map<number, () => void>();
    let atNs = 0;
    const pacer = createPacer(
      () => atNs,
      () => false,
      { set: (dueNs, onDue) => void pending.set(dueNs, onDue), clear: () => pending.clear() },
    );
    const ended: string[] = [];
    const late = pacer.until(9 * MS).then(() => ended.push("late"));
    const soon = pacer.until(4 * MS).then(() => ended.push("soon"));
    await new Promise((resolve) => void setImmediate(resolve));
    for (const dueNs of [4 * MS, 9 * MS]) {
      expect([...pending.keys()]).toEqual([dueNs]);
      atNs = dueNs;
      const onDue = pending.get(dueNs)!;
      pending.clear();
      onDue();
      await new Promise((resolve) => void setImmediate(resolve));
    }
    await Promise.all([late, soon]);
    expect(ended).toEqual(["soon", "late"]);
  });

  it("never resolves before the time, and asks for what is to be done meanwhile", async () => {
    for (const afterMs of [0.2, 1.7, 5, 12.5]) {
      let asked = 0;
      // Begins when it is first asked, so that no pause of the machine comes before.
      let startNs: number | null = null;
      const sinceStart = (): number => now() - (startNs ??= now());
      const pacer = createPacer(sinceStart, () => false);
      await new Promise<void>((then) => pacer.at(afterMs * MS, then, () => (asked += 1)));
      expect(sinceStart()).toBeGreaterThanOrEqual(afterMs * MS);
      expect([afterMs, asked > 0]).toEqual([afterMs, afterMs > 2]);
    }
  });

  it("lets other work have its turn while it polls", async () => {
    let turns = 0;
    const other = setInterval(() => (turns += 1), 0);
    const pacer = createPacer(now, () => turns > 0);
    // Far away: only the other's turn ends it.
    await pacer.until(now() + 1.9 * MS * 1000);
    clearInterval(other);
    expect(turns).toBeGreaterThan(0);
  });

  it("comes back at once from a time that is past, and counts no polling", async () => {
    const pacer = createPacer(now, () => false);
    await pacer.until(now() - 1);
    expect(pacer.polledNs()).toBe(0);
  });

  it("counts no more polling than there was time", async () => {
    // A clock of its own: on a busy machine no turn of the loop might be short enough to be one of polling.
    let atNs = 0;
    const pacer = createPacer(
      () => (atNs += 5000),
      () => false,
    );
    for (let place = 1; place <= 20; place += 1) await pacer.until(place * 0.5 * MS);
    expect(pacer.polledNs()).toBeGreaterThan(0);
    expect(pacer.polledNs()).toBeLessThanOrEqual(atNs);
  });

  it("lets any number wait at once, in the order of their times, whatever order they came in", async () => {
    // The clock starts when all of them wait.
    let startNs: number | null = null;
    const since = (): number => (startNs === null ? 0 : now() - startNs);
    const pacer = createPacer(since, () => false);
    const ended: number[] = [];
    const waits = [9, 3, 12, 3.4, 6, 0.1].map(async (afterMs) => {
      await pacer.until(afterMs * MS);
      expect(since()).toBeGreaterThanOrEqual(afterMs * MS);
      ended.push(afterMs);
    });
    startNs = now();
    await Promise.all(waits);
    expect(ended).toEqual([0.1, 3, 3.4, 6, 9, 12]);
    // One loop polls for all of them.
    expect(pacer.polledNs()).toBeLessThanOrEqual(since());
  });

  it("is woken by a nearer time while it sleeps towards a far one", async () => {
    let stop = false;
    // The clock stands still, so that only a waking can make the loop look again at once.
    const pacer = createPacer(
      () => 0,
      () => stop,
    );
    const far = pacer.until(3.6e6 * MS);
    let asked = 0;
    const near = new Promise<void>((then) => pacer.at(1000 * MS, then, () => (asked += 1)));
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(asked).toBe(1);
    const between = new Promise<void>((then) => pacer.at(2000 * MS, then, () => (asked += 1)));
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(asked).toBe(1);
    stop = true;
    await Promise.all([far, near, between]);
  });

  it("lets all of them go when it is stopped", async () => {
    let stop = false;
    const pacer = createPacer(now, () => stop);
    const waits = [1, 2, 3].map((hours) => pacer.until(now() + hours * 3.6e6 * MS));
    stop = true;
    await pacer.until(now() + 3.6e6 * MS);
    expect(await Promise.all(waits)).toHaveLength(3);
  });
});
