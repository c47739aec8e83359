import { readQuietly } from "../../world/kernel-files.ts";
import type { World } from "../../world/world.ts";
import { pollSeries } from "../poll.ts";
import { notSampled, type RunningSampler } from "./sampler.ts";

/** RAPL's counters (Linux `Documentation/power/powercap`), one folder a zone: `name`, `energy_uj`, `max_energy_range_uj`. */
const zonesFolder = "/sys/class/powercap";
/** A counter of 262 kJ at 400 W turns over after 11 minutes: it cannot do so twice between two readings. */
const intervalMs = 250;

interface Package {
  path: string;
  name: string;
  rangeUj: number;
}

/** CPU packages' energy as `cpu/<package>_energy_j`: joules since the first reading, turned-over counters set straight. Everything on the socket, our load generator too. */
export async function sampleCpuEnergy({ clock, files }: Pick<World, "clock" | "files">): Promise<RunningSampler> {
  const { packages, why } = await readablePackages(files);
  if (why !== null) return notSampled(why);
  const counters = packages.map(({ rangeUj }) => createUnwrapper(rangeUj));
  return pollSeries(clock, intervalMs, async (columns) => {
    for (const [place, { path, name }] of packages.entries()) {
      const counted = await readNumber(files, `${path}/energy_uj`);
      const uj = counted === null ? null : (counters[place]?.(counted) ?? null);
      columns.add(`cpu/${name}_energy_j`, "J", clock.nowNs(), uj === null ? null : uj / 1e6);
    }
  });
}

/** Readings of a counter that starts again at 0 after `range`, to their growth since the first. */
export function createUnwrapper(range: number): (reading: number) => number {
  let last: number | null = null;
  let grown = 0;
  return (reading) => {
    if (last !== null) grown += reading >= last ? reading - last : reading + range - last;
    last = reading;
    return grown;
  };
}

async function readablePackages(files: World["files"]): Promise<{ packages: Package[]; why: string | null }> {
  const packages: Package[] = [];
  let hidden = 0;
  for (const folder of await files.list(zonesFolder)) {
    const path = `${zonesFolder}/${folder}`;
    const name = (await readQuietly(files, `${path}/name`))?.trim() ?? "";
    if (!/^package-\d+$/.test(name)) continue; // cores and memory are parts of it, psys holds it
    const rangeUj = await readNumber(files, `${path}/max_energy_range_uj`);
    if (rangeUj === null || (await readNumber(files, `${path}/energy_uj`)) === null) hidden += 1;
    else packages.push({ path, name: name.replace("-", ""), rangeUj });
  }
  if (hidden > 0) return { packages: [], why: `RAPL's counters may not be read: ${zonesFolder}/*/energy_uj is root's` };
  return { packages, why: packages.length > 0 ? null : `no RAPL: ${zonesFolder} has no CPU package` };
}

async function readNumber(files: World["files"], path: string): Promise<number | null> {
  const text = (await readQuietly(files, path))?.trim() ?? "";
  return /^\d+$/.test(text) ? Number(text) : null;
}
