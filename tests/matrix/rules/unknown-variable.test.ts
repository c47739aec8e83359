import { describe, expect, it } from "vitest";
import { found, isolation, oneStep } from "../study-fixture.ts";

const code = "unknown-variable";

describe("unknown-variable", () => {
  it("finds a variable of the engine's that it does not know, and the one that was meant", () => {
    const [one] = found(code, oneStep("env.POCKET_THREDS: 4"));
    expect(one).toMatchObject({ severity: "error", at: "env.POCKET_THREDS" });
    expect(one?.message).toContain("pocket 0.32.0 does not know the variable POCKET_THREDS: it refuses to start");
    expect(one?.hint).toContain("did you mean POCKET_THREADS?");
  });

  it("says of one that is gone what to do instead, and of one to come when", () => {
    const [gone] = found(code, oneStep("env.POCKET_ENGINE: 1"));
    expect(gone).toMatchObject({ severity: "error", hint: "take it out: there is one engine" });
    expect(found(code, oneStep("env.POCKET_NEW: 1"))[0]?.message).toContain("yet: it came in 0.40.0");
  });

  it("goes by the version that the matrix is written for, and only warns of a name that no list of it has", () => {
    const sut = "{ engine: pocket, model: m, version: 0.19.0 }";
    expect(found(code, { sut, ...oneStep("env.POCKET_ENGINE: 1") })).toEqual([]);
    expect(found(code, { sut, ...oneStep("env.POCKET_ZEBRA: 1") })[0]?.severity).toBe("warning");
  });

  it("leaves variables of others alone, and says one name once", () => {
    expect(found(code, oneStep("env.OMP_NUM_THREADS: 4"))).toEqual([]);
    expect(found(code, oneStep("env.POCKET_THREADS: 4"))).toEqual([]);
    const rows = [1, 2].map((value) => `{ id: v${value}, set: { env.POCKET_ZEBRA: ${value} } }`);
    expect(found(code, { design: isolation(...rows) }).map(({ message }) => message)).toEqual([
      expect.stringContaining("(here and in another place)"),
    ]);
  });

  it("points from the variable that chooses the GPUs to sut.devices", () => {
    const [one] = found(code, oneStep("env.POCKET_GPUS: 0,1"));
    expect(one).toMatchObject({ severity: "warning", hint: expect.stringContaining("write `sut.devices`") });
  });
});
