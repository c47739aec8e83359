import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchQueue } from "../../../src/client/drive/queue-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Answer = { waiting: number; running: number; sent: number; begun?: number; ended?: number } | null;

/** One look after another; what each sees. 100 requests, of which 10 are asked to be open. */
async function watch(answers: readonly Answer[], options: { units?: number; probe?: boolean } = {}) {
  let next = 0;
  const current = (): Answer => answers[Math.max(0, next - 1)] ?? null;
  const watching = watchQueue({
    probe:
      options.probe === false
        ? undefined
        : () => {
            const answer = answers[next] ?? null;
            next += 1;
            return answer === null ? Promise.reject(new Error("no answer")) : Promise.resolve(answer);
          },
    now: () => next * 1000,
    units: options.units ?? 100,
    asked: 10,
    counts: () => {
      const { sent = 50, begun = sent, ended = 0 } = current() ?? {};
      return { sent, begun, ended };
    },
  });
  for (let look = 0; look < answers.length; look++) await vi.advanceTimersByTimeAsync(200);
  return watching.stop();
}

describe("watchQueue", () => {
  it("finds a queue that ran empty", async () => {
    const empty = { waiting: 0, running: 4, sent: 30, ended: 26 };
    expect((await watch([{ waiting: 6, running: 4, sent: 10 }, empty, { ...empty, waiting: 5 }])).ranEmpty).toBe(true);
  });

  it("does not blame the client where more are open than run: they are in the server's own hands", async () => {
    const front = { waiting: 0, running: 4, sent: 30, ended: 20 };
    expect((await watch([{ waiting: 6, running: 4, sent: 10 }, front, front])).ranEmpty).toBe(false);
  });

  it("does not ask for more once every conversation has begun: their later turns wait for their own answers", async () => {
    const full = { waiting: 6, running: 4, sent: 30, begun: 15, ended: 10 };
    const last = { waiting: 0, running: 2, sent: 55, begun: 20, ended: 53 };
    expect((await watch([full, last, last], { units: 20 })).ranEmpty).toBe(false);
    expect((await watch([full, last, last], { units: 21 })).ranEmpty).toBe(true);
  });

  it("finds a queue that never did", async () => {
    const full = { waiting: 6, running: 4, sent: 30 };
    expect(await watch([full, full])).toEqual({
      ranEmpty: false,
      series: [
        { name: "requests_waiting", unit: "1", source: "engine", atNs: [1000, 2000], value: [6, 6] },
        { name: "requests_running", unit: "1", source: "engine", atNs: [1000, 2000], value: [4, 4] },
      ],
    });
  });

  it("does not take the ramp for an empty queue", async () => {
    const ramp = { waiting: 0, running: 2, sent: 10 };
    expect((await watch([ramp, ramp, { waiting: 3, running: 4, sent: 20 }])).ranEmpty).toBe(false);
  });

  it("takes a queue that is still empty after a whole turn for one that ran empty", async () => {
    expect((await watch([{ waiting: 0, running: 10, sent: 20, ended: 10 }])).ranEmpty).toBe(true);
  });

  it("does not mind an empty queue after the last request was sent", async () => {
    const full = { waiting: 3, running: 4, sent: 90 };
    expect((await watch([full, { waiting: 0, running: 4, sent: 100 }])).ranEmpty).toBe(false);
  });

  it("cannot tell without a probe, or when it never answers", async () => {
    expect(await watch([null, null])).toEqual({ ranEmpty: null, series: [] });
    expect(await watch([], { probe: false })).toEqual({ ranEmpty: null, series: [] });
  });

  it("needs nobody to tell where all went at the start", async () => {
    expect((await watch([], { units: 10, probe: false })).ranEmpty).toBe(false);
  });
});
