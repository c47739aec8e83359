import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { launchEngine } from "../../src/engine/launch.ts";
import { divideCores, divided } from "../../src/engine/own-cores.ts";
import { coresOf } from "../../src/math/core-list.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeEngine, fakeLaunch, hurriedWorld } from "../support/launches.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const coresOfPid = (pid: number | "self"): number[] =>
  coresOf(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "");

describe("cores that are divided", () => {
  it("are one for the client, or two where there are four, and the others for the engine", () => {
    expect(divided("3")).toBeNull();
    expect(divided("")).toBeNull();
    expect(divided("0-1")).toEqual({ engine: "0", client: "1", all: "0-1" });
    expect(divided("4-6")).toEqual({ engine: "4,5", client: "6", all: "4-6" });
    expect(divided("0-3,8-9")).toEqual({ engine: "0,1,2,3", client: "8,9", all: "0-3,8-9" });
  });

  it("are left alone where taskset cannot do it", async () => {
    const world = realWorld();
    const run = () => Promise.resolve({ code: null, stdout: "", stderr: "" });
    expect(await divideCores({ files: world.files, processes: { ...world.processes, run } })).toBeNull();
  });

  it.runIf(process.platform === "linux")(
    "are given back where taskset moved some threads and then failed",
    async () => {
      const world = realWorld();
      const files = { ...world.files, readText: () => Promise.resolve("Cpus_allowed_list:\t0-3\n") };
      const asked: string[] = [];
      const run = (argv: readonly string[]) => {
        asked.push(argv[4] ?? "");
        return Promise.resolve({ code: 1, stdout: "", stderr: "" });
      };
      expect(await divideCores({ files, processes: { ...world.processes, run } })).toBeNull();
      expect(asked).toEqual(["2,3", "0-3"]);
    },
  );
});

const possible = process.platform === "linux" && availableParallelism() >= 2;

describe.skipIf(!possible)("an engine that computes on this machine", () => {
  const before = possible ? coresOfPid("self") : [];
  afterEach(() => expect(coresOfPid("self")).toEqual(before));

  it("has cores of its own while it runs, and the client has its own back after it", async () => {
    const world = hurriedWorld();
    const request = await fakeLaunch(world, temporaryFolder(), [], { ...fakeEngine, ownCores: true });
    const launched = await launchEngine(world, request);
    if (!launched.ok) throw new Error(launched.problem.message);
    const engine = coresOfPid(launched.value.launch().processGroup!.pid);
    const client = coresOfPid("self");
    await launched.value.stop();
    expect(engine.length).toBeGreaterThan(0);
    expect(client.length).toBeGreaterThan(0);
    expect(engine.filter((core) => client.includes(core))).toEqual([]);
  });
});
