import { describe, expect, it } from "vitest";
import { climb } from "../../../src/client/calibration/ladder.ts";
import type { NullLoad, NullLoadSeen } from "../../../src/client/calibration/null-load.ts";
import { fail, succeed } from "../../../src/schema/result.ts";
import { clientHealth } from "../../support/client-health.ts";
import { observationOf, tokensOf } from "../../support/observations.ts";

interface Machine {
  /** How late tokens are stamped at such a rate, in ms. */
  lateMs: (tokensPerS: number, tries: number) => number;
  cpuShare?: number;
  /** What the server can write. */
  writes?: number;
}

/** Plays client and server: tokens are evenly written, and stamped so much later. */
function machine({ lateMs, cpuShare = 0.9, writes = Infinity }: Machine) {
  const asked: NullLoad[] = [];
  let released = 0;
  const put = async (load: NullLoad) => {
    asked.push(load);
    const rate = Math.min(writes, load.gapNs === 0 ? 1000 : (load.streams / load.gapNs) * 1e9);
    const late = lateMs(Math.round(rate), asked.filter(({ gapNs }) => gapNs === load.gapNs).length);
    const rowMs = (load.streams / rate) * 1000;
    const written = Array.from({ length: load.requests }, (_, request) =>
      Array.from({ length: load.tokens }, (__, token) => 50 + token * rowMs + (request / load.requests) * rowMs),
    );
    const stamped = written.map((times) => times.map((at) => at + late));
    const total = load.requests * load.tokens;
    const observation = observationOf(
      stamped.map((tokensMs) => ({ tokensMs })),
      {
        tokens: tokensOf(stamped),
        // 10 µs for a token, 90 µs for a request.
        clientCpuS: (total * 10 + load.requests * 90) / 1e6,
        client: clientHealth({ loopDelayMs: null, cpuShare, backlogBytesMax: null }),
        // The server's clock began a second before the client's.
        clock: { monotonicStartNs: "5000000000" },
        release: () => (released += 1),
      },
    );
    const writtenNs = Object.fromEntries(written.map((times, index) => [index, times.map((at) => at * 1e6 + 1e9)]));
    const truth = { origin_ns: "4000000000", late_ms: { p50: 0, p99: 0 }, written_ns: writtenNs };
    return succeed<NullLoadSeen>({ observation, truth });
  };
  return { put, asked, released: () => released };
}

async function found(options: Machine, elapsedS = () => 0) {
  const played = machine(options);
  const climbed = await climb(played.put, elapsedS);
  if (!climbed.ok) throw new Error(climbed.problem.message);
  expect(played.released()).toBe(played.asked.length);
  return climbed.value;
}

describe("the ladder", () => {
  it("finds the highest rate that is stamped within 1 ms, and what a token and a request cost", async () => {
    const { levels, ...figures } = await found({ lateMs: (rate) => (rate > 45_000 ? 1.5 : 0.1) });
    expect(figures).toMatchObject({ endedBy: "client", highestTokensPerS: expect.closeTo(40_000, -3) as number });
    expect(figures.cpuPerTokenUs).toBeGreaterThan(10);
    expect(figures.cpuPerTokenUs).toBeLessThan(11);
    expect(figures.cpuPerRequestUs).toBeCloseTo(100 - figures.cpuPerTokenUs, 6);
    expect(levels.map(({ askedTokensPerS }) => askedTokensPerS)).toEqual([
      5000, 10_000, 20_000, 40_000, 60_000, 80_000,
    ]);
    expect(levels.map(({ delayMs }) => delayMs.p50)).toEqual(
      [0.1, 0.1, 0.1, 0.1, 1.5, 1.5].map((ms) => expect.closeTo(ms, 6) as number),
    );
  });

  it("tries a rung again: a pause of the machine is not the client", async () => {
    const { highestTokensPerS, endedBy } = await found({ lateMs: (_, tries) => (tries === 1 ? 3 : 0.1) });
    expect([endedBy, highestTokensPerS]).toEqual(["top", expect.closeTo(160_000, -4)]);
  });

  it("says that other work was in the way where the client fell with its core half idle", async () => {
    expect(await found({ lateMs: () => 3, cpuShare: 0.2 })).toMatchObject({
      endedBy: "machine",
      highestTokensPerS: null,
    });
  });

  it("says that the server could do no more where it wrote less than was asked", async () => {
    const { endedBy, highestTokensPerS } = await found({ lateMs: () => 0.1, writes: 30_000 });
    expect([endedBy, highestTokensPerS]).toEqual(["server", expect.closeTo(30_000, -3)]);
  });

  it("ends with its time", async () => {
    let rungs = 0;
    const { endedBy, levels } = await found({ lateMs: () => 0.1 }, () => (rungs += 1.5));
    expect([endedBy, levels.length]).toEqual(["time", 2]);
  });

  it("is over with the first load that could not be put", async () => {
    const climbed = await climb(
      async () => fail("no-server", "it is gone", ""),
      () => 0,
    );
    expect(climbed).toMatchObject({ ok: false, problem: { code: "no-server" } });
  });
});
