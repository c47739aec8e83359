import { expect, it } from "vitest";
import { createUnwrapper, sampleCpuEnergy } from "../../../src/telemetry/samplers/cpu-energy.ts";
import type { Files } from "../../../src/world/world.ts";
import { realWorld } from "../../../src/world/real-world.ts";

const zones = "/sys/class/powercap";

/** Two packages, a part of the first, and the whole platform. `energy` tells a package's counter, null that it may not be read. */
function filesOf(energy: ((zone: string) => number) | null, names: Record<string, string>): Files {
  return {
    ...realWorld().files,
    list: (folder) => Promise.resolve(folder === zones ? Object.keys(names) : []),
    readText(path) {
      const [zone = "", file = ""] = path.slice(zones.length + 1).split("/");
      if (file === "name") return Promise.resolve(`${names[zone]}\n`);
      if (file === "max_energy_range_uj") return Promise.resolve("1000000\n");
      return energy ? Promise.resolve(`${energy(zone)}\n`) : Promise.reject(new Error("EACCES"));
    },
  };
}

const names = {
  "intel-rapl": "intel-rapl",
  "intel-rapl:0": "package-0",
  "intel-rapl:0:0": "core",
  "intel-rapl:1": "package-1",
  "intel-rapl:2": "psys",
};

it("counts on where a counter starts again", () => {
  const unwrapped = createUnwrapper(1000);
  expect([900, 950, 20, 20, 500].map(unwrapped)).toEqual([0, 50, 120, 120, 600]);
});

it("gives each package's joules since the first reading, and nothing that is a part of it", async () => {
  let read = 0;
  const { clock } = realWorld();
  const sampling = await sampleCpuEnergy({
    clock,
    files: filesOf((zone) => (zone.endsWith("1") ? 7 : 400_000 * read++) % 1_000_000, names),
  });
  const series = await sampling.stop(0n);
  expect(sampling.missing).toBeNull();
  expect(series.map(({ name, unit, source }) => [name, unit, source])).toEqual([
    ["cpu/package0_energy_j", "J", "telemetry"],
    ["cpu/package1_energy_j", "J", "telemetry"],
  ]);
  expect(series[0]?.value).toEqual([0, 0.4]);
  expect(series[1]?.value).toEqual([0, 0]);
});

it("says why there is none: not there, or not ours to read", async () => {
  const { clock } = realWorld();
  const absent = await sampleCpuEnergy({ clock, files: filesOf(() => 1, {}) });
  expect(absent.missing).toMatch(/no RAPL/);
  const hidden = await sampleCpuEnergy({ clock, files: filesOf(null, names) });
  expect(hidden.missing).toMatch(/may not be read/);
  expect(await hidden.stop(0n)).toEqual([]);
});
