import { describe, expect, it } from "vitest";
import { cases, rungCase, twoWorkersCase } from "../../../bench/load/cases.ts";
import { coresFor } from "../../../bench/load/run-once.ts";

describe("coresFor", () => {
  it("keeps client and server apart where there are two cores", () => {
    expect(coresFor(cases(1)[0]!, 2)).toEqual({ servers: [0], client: [1] });
    expect(coresFor(cases(1)[0]!, 1)).toEqual({ servers: [0], client: [0] });
  });

  it("gives each worker and each server a core where there are enough, and has workers share one where there are not", () => {
    const rung = rungCase({ tokensPerS: 160_000, workers: 2, share: 1 });
    expect(coresFor(rung, 4)).toEqual({ servers: [0, 1], client: [2, 3] });
    expect(coresFor(twoWorkersCase(1), 2)).toEqual({ servers: [0], client: [1, 1] });
  });
});
