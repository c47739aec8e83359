import { describe, expect, it } from "vitest";
import type { Series } from "../../src/schema/observation.ts";
import { checkOf, input, seen } from "../support/judged-trials.ts";
import { readings } from "../support/readings.ts";

const READINGS = 900;

/** A reading every 0.1 s of a window of 90 s. */
function series(name: string, value: number | ((reading: number) => number)): Series {
  const places = Array.from({ length: READINGS }, (_, reading) => reading);
  return readings(
    name,
    places.map((reading) => reading / 10),
    places.map((reading) => (typeof value === "number" ? value : value(reading))),
  );
}

const own = series("gpu0/engine_processes", 1);
const alone = [own, series("gpu0/other_processes", 0), series("gpu0/mig", 0)];
const check = (told: Series[]) => checkOf("gpu-undisturbed", { observation: seen(200, 0, { series: told }) });

describe("gpu-undisturbed", () => {
  it("passes a GPU that the engine has for itself, also at its power limit, and reports the share", () => {
    const capped = check([...alone, series("gpu0/throttle", (reading) => (reading % 4 === 0 ? 0x4 : 0))]);
    expect(capped).toMatchObject({ status: "pass", value: 0, limit: 1, unit: "%" });
    expect(capped?.message).toBe("gpu0: throttled in 0 % of the window, at its power limit in 25 %");
  });

  it.each([
    [0x8, "hardware slowdown"],
    [0x20, "software thermal slowdown"],
    [0x40, "hardware thermal slowdown"],
    [0x80, "power brake"],
  ])("fails where the driver reports the reason %i in more than 1 % of the window", (bit, name) => {
    const slow = (count: number) => check([...alone, series("gpu0/throttle", (at) => (at < count ? bit | 0x4 : 0))]);
    expect(slow(90)).toMatchObject({ status: "fail", value: 10, margin: -9 });
    expect(slow(90)?.message).toContain(name);
    expect(slow(9)?.status).toBe("pass");
  });

  it("fails where a foreign process is on the engine's GPU for one reading, and passes where it is on another GPU", () => {
    const visited = series("gpu0/other_processes", (reading) => Number(reading === 400));
    expect(check([own, visited])).toMatchObject({ status: "fail" });
    expect(check([own, visited])?.message).toContain("shared with 1 other process");
    expect(check([...alone, series("gpu1/other_processes", 3), series("gpu1/engine_processes", 0)])?.status).toBe(
      "pass",
    );
  });

  it("is undecided where the engine's own processes are not seen, or the GPU is sliced", () => {
    const foreign = [series("gpu0/engine_processes", 0), series("gpu0/other_processes", 1)];
    expect(check(foreign)?.status).toBe("unknown");
    expect(check([own, series("gpu0/other_processes", 2), series("gpu0/mig", 1)])?.status).toBe("unknown");
    expect(check([...foreign, series("gpu0/throttle", 0)])?.status).toBe("pass");
  });

  it("says nothing where no GPU was read, or nothing was sent", () => {
    expect(check([])).toBeUndefined();
    expect(checkOf("gpu-undisturbed", { ...input(), observation: null })).toBeUndefined();
  });
});
