import { describe, expect, it } from "vitest";
import { runLoadOver } from "../../../src/client/load.ts";
import { watchSilence } from "../../../src/client/drive/silence.ts";
import { createHttp1Transport } from "../../../src/client/transport/index.ts";
import type { RequestRecord } from "../../../src/schema/observation.ts";
import { completionEvents, loadOptions, someSamples, someWorkload } from "../../support/completions.ts";
import { held, observationOf } from "../../support/observations.ts";
import { startStreamServer } from "../../support/stream-server.ts";

const [answered, hung] = observationOf([{ tokensMs: [1] }, { error: "no end within the deadline of 1 s" }])
  .requests as [RequestRecord, RequestRecord];

function seen(wave: number, records: readonly RequestRecord[]): string | null {
  const watch = watchSilence(wave);
  for (const record of records) watch.saw(record);
  expect(watch.signal.aborted).toBe(watch.problem() !== null);
  return watch.problem();
}

const times = (count: number, record: RequestRecord): RequestRecord[] => Array.from({ length: count }, () => record);

describe("the watch of a silent server", () => {
  it("stops after a whole wave without a token, and says what the first of them met", () => {
    expect(seen(20, times(19, hung))).toBeNull();
    expect(seen(20, times(20, hung))).toMatch(/^20 requests in a row got no token.*no end within the deadline of 1 s$/);
    expect(seen(20, [...times(100, answered), ...times(20, hung)])).toMatch(/^20 requests/);
  });

  it("does not call a few failures among others a silence, however few are kept open", () => {
    expect(seen(1, [answered, ...times(7, hung), answered, ...times(7, hung)])).toBeNull();
    expect(seen(1, [answered, ...times(8, hung)])).not.toBeNull();
    expect(seen(1, times(2, hung))).toBeNull();
    expect(seen(1, times(3, hung))).not.toBeNull();
  });

  it("counts none that the client cut off itself", () => {
    expect(seen(1, times(50, { ...hung, cancelled: true, error: null }))).toBeNull();
  });
});

describe("a load on a server that hangs", () => {
  for (const [name, hangsFrom] of [
    ["from the start", 0],
    ["after it has answered for a while", 60],
  ] as const) {
    it(`ends after one wave, ${name}`, async () => {
      const server = await startStreamServer(({ index }) =>
        index < hangsFrom ? { pieces: completionEvents(3) } : { pieces: [], hang: true },
      );
      const workload = someWorkload({ load: { concurrency: 10 }, deadlineS: 0.3, warmupRequests: 10 });
      const outcome = await runLoadOver(
        createHttp1Transport,
        loadOptions(server.url, { workload, samples: someSamples(500), requests: 500 }),
      );
      await server.close();
      if (!outcome.ok) throw new Error(outcome.problem.message);
      const { silence, requests } = held(outcome.value);
      expect(silence).toMatch(/^10 requests in a row got no token.*deadline of 0.3 s$/);
      expect(requests.length).toBeLessThan(hangsFrom + 40);
    });
  }
});
