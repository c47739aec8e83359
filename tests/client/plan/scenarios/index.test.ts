import { describe, expect, it } from "vitest";
import { createPacer } from "../../../../src/client/drive/pacer.ts";
import { createPlaces } from "../../../../src/client/drive/places.ts";
import type { ScenarioContext } from "../../../../src/client/plan/scenario.ts";
import { scenarios } from "../../../../src/client/plan/scenarios/index.ts";
import type { LoadKnobs } from "../../../../src/schema/workload.ts";
import { someWorkload } from "../../../support/completions.ts";

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
  const stopped = (): boolean => sent.length >= stopAfter;
  const context: ScenarioContext = {
    total,
    goesOn: (unit) => unit < total,
    startNs: 0,
    places: createPlaces(scenario.asked(load, 4, null)),
    cap: null,
    spent() {},
    asked: scenario.asked(load, 4, null),
    dueNs: null,
    now: () => 0,
    prepare() {},
    connect() {},
    stopped,
    pacer: createPacer(() => 0, stopped),
    send(position, scheduledNs, chunk, over) {
      sent.push({ position, scheduledNs, chunk, beside: [...open.keys()] });
      open.set(position, over);
    },
  };
  const over = scenario.drive(context, load);
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

describe("open", () => {
  const MS = 1e6;

  /** Drives the schedule on the real clock; no request ends before all were sent. */
  async function driveOpen(dueNs: Float64Array, stopAfter = Infinity) {
    const startNs = Number(process.hrtime.bigint());
    const now = (): number => Number(process.hrtime.bigint()) - startNs;
    const sent: { position: number; scheduledNs: number | null; atNs: number; prepared: boolean }[] = [];
    const prepared = new Set<number>();
    const ends: (() => void)[] = [];
    const asked: number[] = [];
    const stopped = (): boolean => sent.length >= stopAfter;
    const pacer = createPacer(now, stopped);
    const context: ScenarioContext = {
      total: dueNs.length,
      goesOn: (unit) => unit < dueNs.length,
      startNs: 0,
      places: createPlaces(1),
      cap: null,
      spent() {},
      asked: 1,
      dueNs,
      now,
      stopped,
      pacer,
      prepare: (position) => void prepared.add(position),
      connect: (count) => void asked.push(count),
      send(position, scheduledNs, _chunk, over) {
        sent.push({ position, scheduledNs, atNs: now(), prepared: prepared.has(position) });
        ends.push(over);
        if (ends.length === Math.min(dueNs.length, stopAfter)) for (const end of ends) setImmediate(end);
      },
    };
    await scenarios.open.drive(context, {});
    return { sent, asked, polledNs: pacer.polledNs() };
  }

  it("sends each request when it is due and never before, with no cap on what is open", async () => {
    const dueNs = Float64Array.from({ length: 40 }, (_, place) => place * 1.3 * MS);
    const { sent, polledNs } = await driveOpen(dueNs);
    expect(sent.map(({ position }) => position)).toEqual(Array.from(dueNs, (_, place) => place));
    for (const { position, scheduledNs, atNs, prepared } of sent) {
      expect(scheduledNs).toBe(dueNs[position]);
      expect(atNs).toBeGreaterThanOrEqual(dueNs[position]!);
      expect(prepared).toBe(true);
    }
    expect(polledNs).toBeGreaterThan(0);
  });

  it("catches up where it is late: the lag of one is no delay of those after it", async () => {
    // All of the first thirty were due before the start.
    const dueNs = Float64Array.from({ length: 31 }, (_, place) => (place < 30 ? 0 : 60 * MS));
    const { sent } = await driveOpen(dueNs);
    expect(sent).toHaveLength(31);
    expect(sent[29]!.atNs).toBeLessThan(sent[30]!.atNs);
    expect(sent[30]!.atNs).toBeGreaterThanOrEqual(60 * MS);
  });

  it("sees to connections ahead of need: what is due within a second, a few at least, and not too many", async () => {
    const { asked } = await driveOpen(Float64Array.of(20 * MS, 40 * MS, 2500 * MS), 2);
    expect(asked[0]).toBe(3);
    expect(Math.max(...asked)).toBeLessThanOrEqual(3);
    const thousand = Float64Array.from({ length: 1000 }, (_, place) => place * MS);
    expect(scenarios.open.asked({}, 4, thousand)).toBe(256);
    expect(
      scenarios.open.asked(
        {},
        4,
        thousand.map((atNs) => atNs * 100),
      ),
    ).toBe(11);
    expect(
      scenarios.open.asked(
        {},
        4,
        thousand.map((atNs) => atNs * 10_000),
      ),
    ).toBe(8);
  });

  it("stops soon, also in the middle of a long gap", async () => {
    const { sent } = await driveOpen(Float64Array.of(0, 1e15), 1);
    expect(sent).toHaveLength(1);
  });

  it("has the schedule of its workload's arrivals, rate and seed, and no other scenario has one", () => {
    const workload = someWorkload({ scenario: "open", arrivals: { kind: "constant" }, load: { rate: 4 } });
    const options = { workload, requests: 3, seed: 1 };
    expect(scenarios.open.schedule(options)).toEqual({ ok: true, value: Float64Array.of(0, 250 * MS, 500 * MS) });
    expect(scenarios.closed.schedule(options)).toEqual({ ok: true, value: null });
    expect(scenarios.offline.schedule(options)).toEqual({ ok: true, value: null });
    expect(scenarios.open.needsQueue({})).toBe(false);
  });
});

describe("every scenario", () => {
  it("sends nothing more once it is stopped", async () => {
    expect(await drive("offline", { max_in_flight: 2 }, 10, 5)).toHaveLength(5);
    expect(await drive("offline", { batch_size: 2 }, 10, 5)).toHaveLength(5);
    expect(await drive("closed", { concurrency: 2 }, 10, 5)).toHaveLength(5);
  });
});

it("can be split where no request waits for the end of another that somebody else may have sent", () => {
  const split = Object.entries(scenarios).filter(([, scenario]) => scenario.canBeSplit({}));
  expect(split.map(([name]) => name)).toEqual(["offline", "closed", "open", "server", "interactive"]);
  expect(scenarios.offline.canBeSplit({ batch_size: 4 })).toBe(false);
});
