import { expect, it } from "vitest";
import { coreUse } from "../../src/telemetry/core-use.ts";
import { realWorld } from "../../src/world/real-world.ts";

/** `readings` are what /proc/stat says, one after the other. */
function use(readings: (string | null)[], allowed = "0-1") {
  const world = realWorld();
  let looked = 0;
  return coreUse(
    {
      clock: { ...world.clock, sleep: async () => undefined },
      files: {
        ...world.files,
        async readText(path) {
          if (path === "/proc/self/status") return `Cpus_allowed_list:\t${allowed}\n`;
          return readings[Math.min(looked++, readings.length - 1)] ?? null;
        },
      },
    },
    200,
  );
}

const stat = (...cores: string[]): string => cores.map((figures, core) => `cpu${core} ${figures}`).join("\n");

it("tells what was used of the cores that we may use, and what another virtual machine took of them", async () => {
  const before = stat("0 0 0 100 0 0 0 0", "0 0 0 100 0 0 0 0", "0 0 0 100 0 0 0 0");
  // Core 0: 10 ticks of its own, 5 stolen, 5 idle; core 1: idle; core 2, which is not ours: busy.
  const after = stat("10 0 0 105 0 0 0 5", "0 0 0 120 0 0 0 0", "20 0 0 100 0 0 0 0");
  expect(await use([before, after])).toEqual({ allowed: 2, busyShare: 15 / 40, stolenShare: 5 / 40 });
});

it("tells nothing where the kernel does not, and no share where no time has passed", async () => {
  expect(await use([null])).toBeNull();
  expect(await use([stat("1 0 0 1 0 0 0 0")], "0")).toEqual({ allowed: 1, busyShare: null, stolenShare: null });
});
