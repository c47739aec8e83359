import { describe, expect, it } from "vitest";
import { shortageOf } from "../../src/checks/short-of-cores.ts";
import type { Series } from "../../src/schema/observation.ts";
import { seen } from "../support/judged-trials.ts";
import { readings } from "../support/readings.ts";

/** Readings each half second over a window of 90 s, and a little longer. */
function series(name: string, valueAt: (seconds: number) => number | null): Series {
  const seconds = Array.from({ length: 190 }, (_, place) => place / 2 - 1);
  return readings(name, seconds, seconds.map(valueAt));
}

const host = (busy: number, queue: number): Series[] => [
  series("host/cores_busy", () => busy),
  series("host/run_queue", () => queue),
];
/** An engine of one thread that always wants a core, and waits for one in this share of the time. */
const engine = (share: number): Series[] => [
  series("engine/run_s", (at) => 5 + at * (1 - share)),
  series("engine/run_wait_s", (at) => 1 + at * share),
];

describe("who was short of cores", () => {
  it("is the client alone where other cores had room", () => {
    const found = shortageOf(seen(200, 0, { series: [...host(0.6, 0.8), ...engine(0.02)] }), false);
    expect(found).toMatchObject({ who: "client", remedy: expect.stringMatching(/cores.*another host.*workers/) });
    expect(found.text).toBe(
      "the client alone had too few cores: 60 % of the machine's cores were used, 0.8 threads were runnable per core, " +
        "the engine's threads waited for a core in 2 % of the time that they could have run",
    );
  });

  it("is the machine where all cores were used, or the engine was starved as well", () => {
    for (const load of [host(0.97, 2.5), [...host(0.8, 1.5), ...engine(0.3)], engine(0.3)]) {
      const found = shortageOf(seen(200, 0, { series: load }), false);
      expect(found.who).toBe("host");
      expect(found.remedy).toMatch(/short of cores, not the client/);
    }
    expect(shortageOf(seen(200, 0, { series: engine(0.3) }), false).text).toContain(
      "the engine's threads waited for a core in 30 %",
    );
  });

  it("begins at nine tenths of the cores, and where the engine waited in more than a tenth of its time", () => {
    const who = (found: Series[]): string => shortageOf(seen(200, 0, { series: found }), false).who;
    expect([who(host(0.89, 2)), who(host(0.91, 2))]).toEqual(["client", "host"]);
    expect([who(engine(0.09)), who(engine(0.11))]).toEqual(["client", "host"]);
  });

  it("is both where the client filled a core of a machine that had none left", () => {
    expect(shortageOf(seen(200, 0, { series: host(0.99, 3) }), true)).toMatchObject({
      who: "both",
      remedy: expect.stringMatching(/another host/),
    });
  });

  it("is the client, without a figure, where the kernel reports nothing", () => {
    expect(shortageOf(seen(200), false)).toMatchObject({ who: "client", text: "" });
  });

  it("does not look at what was before the window", () => {
    const calm = series("host/cores_busy", (at) => (at < 0 ? 1 : 0.2));
    expect(shortageOf(seen(200, 0, { series: [calm] }), false).who).toBe("client");
  });
});
