import { describe, expect, it } from "vitest";
import { keepInFlight } from "../../../src/client/drive/places.ts";

/** A load whose requests end when they are told to. */
function started(from: number, to: number, limit: number, stopAfter = Infinity) {
  const sent: number[] = [];
  const open = new Map<number, () => void>();
  const context = { stopped: () => sent.length >= stopAfter };
  let done = false;
  const going = keepInFlight(from, to, limit, context, (unit, onDone) => {
    sent.push(unit);
    open.set(unit, onDone);
  });
  void going.then(() => (done = true));
  const end = (unit: number): void => {
    const onDone = open.get(unit)!;
    open.delete(unit);
    onDone();
  };
  return { sent, open, end, going, isDone: () => done };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, place) => from + place);

describe("keepInFlight", () => {
  it("is over at once without a place, as of a worker that has none", async () => {
    const { sent, going } = started(0, 5, 0);
    await going;
    expect(sent).toEqual([]);
  });

  it("sends the next one within the call that says that one is over", async () => {
    const { sent, end, open, going } = started(3, 8, 2);
    expect(sent).toEqual([3, 4]);
    end(4);
    expect(sent).toEqual([3, 4, 5]);
    end(5);
    expect(sent).toEqual([3, 4, 5, 6]);
    for (const unit of [3, 6, 7]) end(unit);
    expect(open.size).toBe(0);
    await going;
    expect(sent).toEqual(range(3, 8));
  });

  it("lets answers be read while a large first burst goes out, and never has more open than it may", async () => {
    const { sent, end, open, going } = started(0, 400, 150);
    expect(sent).toEqual(range(0, 64));
    end(0);
    // Whoever goes on with the burst fills this place, too.
    expect(sent).toHaveLength(64);
    await nextTurn();
    expect(sent).toEqual(range(0, 128));
    await nextTurn();
    expect(sent).toEqual(range(0, 151));
    expect(open.size).toBe(150);
    await nextTurn();
    expect(open.size).toBe(150);
    for (let unit = 1; unit < 400; unit += 1) end(unit);
    await going;
    expect(sent).toEqual(range(0, 400));
  });

  it("takes any number that are over before they were sent, without going deeper for each", async () => {
    let sent = 0;
    await keepInFlight(0, 50_000, 3, { stopped: () => false }, (_, onDone) => {
      sent += 1;
      onDone();
    });
    expect(sent).toBe(50_000);
  });

  it("ends with the last that was sent when it is stopped, in the middle of the first burst as well", async () => {
    for (const stopAfter of [64, 100, 150]) {
      const { sent, open, end, going, isDone } = started(0, 400, 150, stopAfter);
      for (let turn = 0; turn < 4; turn += 1) await nextTurn();
      expect(sent).toHaveLength(stopAfter);
      for (const unit of [...open.keys()].slice(1)) end(unit);
      await nextTurn();
      expect(isDone()).toBe(false);
      end(0);
      await going;
      expect(sent).toHaveLength(stopAfter);
    }
  });

  it("has nothing to wait for where there is nothing to send", async () => {
    for (const { going, sent } of [started(5, 5, 4), started(0, 5, 4, 0)]) {
      await going;
      expect(sent).toEqual([]);
    }
  });
});
