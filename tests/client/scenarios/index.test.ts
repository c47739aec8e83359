import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/client/scenario.ts";
import { scenarios } from "../../../src/client/scenarios/index.ts";
import type { LoadKnobs } from "../../../src/schema/workload.ts";

interface Sent {
  position: number;
  scheduledNs: number | null;
  chunk: number | null;
  /** Positions that were open when it was sent. */
  beside: number[];
}

/** Drives a scenario; open requests end one at a time, the one with the highest number first. */
async function drive(
  name: keyof typeof scenarios,
  load: LoadKnobs,
  total: number,
  stopAfter = Infinity,
): Promise<Sent[]> {
  const scenario = scenarios[name];
  const sent: Sent[] = [];
  const open = new Map<number, () => void>();
  const session: Session = {
    total,
    asked: scenario.asked(load, 4),
    stopped: () => sent.length >= stopAfter,
    send(position, scheduledNs, chunk) {
      sent.push({ position, scheduledNs, chunk, beside: [...open.keys()] });
      return new Promise((resolve) => void open.set(position, resolve));
    },
  };
  const over = scenario.drive(session, load);
  while (open.size > 0) {
    const last = Math.max(...open.keys());
    const end = open.get(last);
    open.delete(last);
    end?.();
    // Every consequence of this end, before the next.
    await new Promise((resolve) => void setImmediate(resolve));
  }
  await over;
  return sent;
}

const most = (sent: readonly Sent[]): number => Math.max(...sent.map(({ beside }) => beside.length + 1));

describe("offline", () => {
  it("keeps max_in_flight open, every request due at the start", async () => {
    const sent = await drive("offline", { max_in_flight: 3 }, 10);
    expect(sent.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most(sent)).toBe(3);
    expect(sent.slice(2).every(({ beside }) => beside.length === 2)).toBe(true);
    expect(sent.every(({ scheduledNs, chunk }) => scheduledNs === 0 && chunk === null)).toBe(true);
  });

  it("takes the engine's batch where the workload does not say", async () => {
    expect(most(await drive("offline", {}, 10))).toBe(4);
  });

  it("waits at the barrier until the whole chunk has ended", async () => {
    for (const load of [{ batch_size: 3 }, { batch_size: 3, barrier: true }]) {
      const sent = await drive("offline", load, 8);
      expect(sent.map(({ chunk }) => chunk)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
      for (const { position, beside } of sent) {
        expect(beside).toEqual([0, 1, 2].slice(0, position % 3).map((place) => position - (position % 3) + place));
      }
    }
  });

  it("has as many open without the barrier, and does not wait", async () => {
    const sent = await drive("offline", { batch_size: 3, barrier: false }, 8);
    expect(sent.map(({ chunk }) => chunk)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    expect(most(sent)).toBe(3);
    expect(sent[3]?.beside).toEqual([0, 1]);
  });

  it("needs the engine's queue only where it is not sent in chunks", () => {
    expect(scenarios.offline.needsQueue({})).toBe(true);
    expect(scenarios.offline.needsQueue({ batch_size: 4 })).toBe(false);
  });
});

describe("closed", () => {
  it("keeps the concurrency, with no intended send", async () => {
    const sent = await drive("closed", { concurrency: 4 }, 9);
    expect(most(sent)).toBe(4);
    expect(sent).toHaveLength(9);
    expect(sent.every(({ scheduledNs, chunk }) => scheduledNs === null && chunk === null)).toBe(true);
    expect(scenarios.closed.needsQueue({})).toBe(false);
  });
});

describe("every scenario", () => {
  it("sends nothing more once it is stopped", async () => {
    expect(await drive("offline", { max_in_flight: 2 }, 10, 5)).toHaveLength(5);
    expect(await drive("offline", { batch_size: 2 }, 10, 5)).toHaveLength(5);
    expect(await drive("closed", { concurrency: 2 }, 10, 5)).toHaveLength(5);
  });
});
