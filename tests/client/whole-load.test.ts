import { describe, expect, it } from "vitest";
import { createPlaces, fillInOrder } from "../../src/client/drive/places.ts";
import { staggered } from "../../src/client/plan/warm-up.ts";
import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import { someSamples } from "../support/completions.ts";
import { createVirtualBatch, type VirtualRequest } from "../support/virtual-batch.ts";

const CONCURRENCY = 64;
const REQUESTS = 2000;

interface Seen {
  /** TTFT in ms, in the order of sending. */
  ttftMs: number[];
  /** Requests in flight at the first measured send and at the last measured end. */
  openAtFirst: number;
  openAtLast: number;
}

/** The phases of a closed loop against an engine of virtual time, with answers of these lengths. */
async function driven(lengthOf: (unit: number) => number, engine = createVirtualBatch()): Promise<Seen> {
  const places = createPlaces(CONCURRENCY);
  const measured: VirtualRequest[] = [];
  let open = 0;
  let [openAtFirst, openAtLast] = [0, 0];
  let phase: "warm-up" | "measured" | "tail" | "over" = "warm-up";
  const send = (tokens: number, over: (request: VirtualRequest) => void): void => {
    open += 1;
    engine.send(tokens, (request) => {
      open -= 1;
      over(request);
    });
  };
  const units = someSamples(CONCURRENCY).map((sample, unit) => [{ ...sample, outputTokens: lengthOf(unit) }]);
  const wave = staggered(units, CONCURRENCY, 1);
  let left = CONCURRENCY;
  const tail = (): void => {
    phase = "tail";
    void fillInOrder(
      places,
      0,
      () => phase === "tail",
      (unit, over) => send(lengthOf(unit), over),
    );
  };
  const begin = (): void => {
    phase = "measured";
    void fillInOrder(
      places,
      0,
      (unit) => unit < REQUESTS,
      (unit, over) => {
        if (unit === 0) openAtFirst = open + 1;
        send(lengthOf(unit), (request) => {
          measured.push(request);
          if (measured.length === REQUESTS) {
            openAtLast = open + 1;
            phase = "over";
          }
          over();
        });
      },
      tail,
    );
  };
  void fillInOrder(
    places,
    0,
    () => phase === "warm-up",
    (unit, over) =>
      send(wave[unit]?.[0]?.outputTokens ?? lengthOf(unit), () => {
        if (unit < CONCURRENCY) left -= 1;
        if (left === 0 && phase === "warm-up") begin();
        over();
      }),
  );
  await new Promise((resolve) => void setImmediate(resolve));
  engine.run();
  const inOrder = measured.toSorted((one, other) => one.sentMs - other.sentMs);
  return { ttftMs: inOrder.map(({ firstTokenMs, sentMs }) => firstTokenMs - sentMs), openAtFirst, openAtLast };
}

const quantile = (values: readonly number[], p: number): number => quantileLinear(sortedCopy(values), p)!;

describe("a closed loop that is kept whole", () => {
  it.each([
    ["of equal lengths", () => 64],
    ["of mixed lengths", (unit: number) => 32 + ((unit * 37) % 64)],
  ])("has the tail of its steady stretch in TTFT, 64 in flight, %s", async (_, lengthOf) => {
    const { ttftMs, openAtFirst, openAtLast } = await driven(lengthOf);
    expect(ttftMs).toHaveLength(REQUESTS);
    const steady = ttftMs.slice(REQUESTS / 4);
    expect(quantile(ttftMs, 0.99) / quantile(steady, 0.99)).toBeLessThanOrEqual(1.2);
    expect(quantile(ttftMs, 0.99) / quantile(steady, 0.99)).toBeGreaterThanOrEqual(0.8);
    // A burst of 64 waits for 64 prompts at the start: that is in no measured request.
    expect(Math.max(...ttftMs)).toBeLessThanOrEqual(80);
    expect([openAtFirst, openAtLast]).toEqual([CONCURRENCY, CONCURRENCY]);
  });

  it("does not march in step where all answers are of one length", async () => {
    const engine = createVirtualBatch({ stepMs: 5, prefillMs: 0.5, admits: 16 });
    const { ttftMs } = await driven(() => 64, engine);
    // One prompt in a step, and not sixteen at once.
    expect(quantile(ttftMs, 0.5)).toBeLessThan(7);
  });
});
