import { hash } from "node:crypto";
import { join } from "node:path";
import { NS_PER_S } from "../../math/units.ts";
import { fromDisk, toDisk } from "../../schema/disk.ts";
import { parseMap } from "../../schema/json.ts";
import { fail, type Result } from "../../schema/result.ts";
import type { Calibration, TrialCalibration } from "../../schema/trial.ts";
import { allowedCores, readQuietly } from "../../world/kernel-files.ts";
import type { World } from "../../world/world.ts";
import { climb } from "./ladder.ts";
import { putLoad } from "./null-load.ts";
import { nullServerScript } from "./null-server.ts";

/** After a day a machine may do other work, at another clock rate. */
const longestAgeS = 86_400;
/** Node starts in a tenth of a second; a server that does not listen by now never will, in ms. */
const startUpMs = 5_000;

/** What a stored calibration belongs to: the same machine, the same cores, the same build of Ceteris. */
interface Stored {
  format: "ceteris.calibration/1";
  calibration: Calibration;
}

export interface CalibrationRequest {
  /** Where it is kept for a day. */
  cacheFolder: string;
  /** Which program this is: version and commit. */
  build: string;
  /** True: a kept one or none, so that nothing is measured before the load that a user waits for. */
  keptOnly?: boolean;
  signal: AbortSignal;
}

/**
 * What the load generator can do on this machine: kept from the last day, or else measured now, against a null server in a
 * process of its own, in at most 5 s. It never fails: what could not be measured says why.
 */
export async function calibrate(world: World, request: CalibrationRequest): Promise<TrialCalibration> {
  const file = join(request.cacheFolder, "calibration", `${await keyOf(world, request.build)}.json`);
  const kept = await readKept(world, file);
  if (kept) return { skipped: null, measured: kept };
  if (request.keptOnly === true) {
    const skipped = "this machine has no calibration of the client from the last day; `ceteris run` makes one";
    return { skipped, measured: null };
  }
  const startedNs = world.clock.nowNs();
  const elapsedS = (): number => Number(world.clock.nowNs() - startedNs) / NS_PER_S;
  const found = await withNullServer(world, (port) =>
    climb((load) => putLoad(world, port, load, request.signal), elapsedS),
  );
  if (!found.ok) return { skipped: `the client could not be calibrated: ${found.problem.message}`, measured: null };
  const calibration: Calibration = { measuredAt: world.clock.wall(), ageS: 0, ...found.value };
  // A result that other work disturbed is not kept: the next study tries again.
  if (calibration.endedBy === "machine" || calibration.highestTokensPerS === null)
    return { skipped: null, measured: calibration };
  const stored: Stored = { format: "ceteris.calibration/1", calibration };
  try {
    await world.files.writeText(file, `${JSON.stringify(toDisk(stored), null, 1)}\n`);
  } catch {
    // Without a cache the next study measures again, for five seconds.
  }
  return { skipped: null, measured: calibration };
}

/** Starts the server, hands its port on, and ends it whatever happens. */
async function withNullServer<Value>(
  { clock, processes }: Pick<World, "clock" | "processes">,
  work: (port: number) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const waiting = new AbortController();
  let port = 0;
  const server = await processes.follow([processes.self.node, nullServerScript], (line) => {
    port = Number(/^ready (\d+)$/.exec(line)?.[1] ?? 0);
    waiting.abort();
  });
  if (!server.ok) return server;
  void server.value.ended.then(() => waiting.abort());
  try {
    await clock.sleep(startUpMs, waiting.signal);
    if (port === 0) return fail("null-server-not-started", "the null server did not listen", "Run it again.");
    return await work(port);
  } finally {
    await server.value.stop();
  }
}

async function keyOf({ machine, files }: World, build: string): Promise<string> {
  const { hostname, platform, kernel, cpuModel, cpus, nodeVersion } = machine;
  // Pinned to other cores it is another client.
  const cores = await allowedCores(files, "self");
  const of = JSON.stringify([hostname, platform, kernel, cpuModel, cpus, nodeVersion, cores, build]);
  return hash("sha256", of).slice(0, 16);
}

/** Null where there is none, it is too old, or it belongs to another machine or build. */
async function readKept({ files, clock }: World, file: string): Promise<Calibration | null> {
  const text = await readQuietly(files, file);
  if (text === null) return null;
  // Null where a full disk cut it off.
  const told = parseMap(text);
  if (told?.["format"] !== "ceteris.calibration/1") return null;
  const stored = fromDisk<Stored>(told);
  const ageS = (Date.parse(clock.wall()) - Date.parse(stored.calibration.measuredAt)) / 1000;
  return ageS >= 0 && ageS <= longestAgeS ? { ...stored.calibration, ageS } : null;
}
