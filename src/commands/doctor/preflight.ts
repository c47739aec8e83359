import type { CheckedModel } from "../../engine/index.ts";
import { weightBytes } from "../../engine/index.ts";
import type { Experiment } from "../../schema/experiment.ts";
import type { Plan } from "../../schema/plan.ts";
import type { PreflightFinding } from "../../schema/preflight.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { findings } from "./check.ts";
import { preflightChecks } from "./index.ts";
import { machineFacts } from "./machine-facts.ts";

/** What a run has prepared when it asks whether the machine is ready. */
export interface Ready {
  experiments: readonly Experiment[];
  /** By configuration. */
  models: ReadonlyMap<string, CheckedModel>;
}

/** The kernel counts in ticks of 10 ms: enough to see other work, and nothing that anybody waits for. */
const lookMs = 200;
/** A driver gives the memory of an engine that was just ended back within seconds. */
const secondLookAfterMs = 5000;

/**
 * Those of the checks that `run` does not make at a place of its own: of the machine, its GPUs, and whether what the rows ask for
 * fits them. A refusal, seen twice, is a failure.
 */
export async function preflight(
  world: World,
  plan: Plan,
  { experiments, models }: Ready,
  signal: AbortSignal,
): Promise<Result<PreflightFinding[]>> {
  const bytes = await weightsOf(world, models);
  const look = async () =>
    findings(
      preflightChecks,
      await machineFacts(world, { wanted: { plan, experiments, weightBytes: bytes }, looksAtGpus: false, lookMs }),
    );
  let found = await look();
  if (found.some(isRefusal)) {
    await world.clock.sleep(secondLookAfterMs, signal);
    found = await look();
  }
  const refused = found.find(isRefusal);
  if (refused === undefined) return succeed(found);
  const { id, value, remedy } = refused;
  return fail(
    "not-ready",
    `${id}: ${value}`,
    `${remedy ?? ""} \`ceteris doctor ${plan.study.file}\` shows all checks.`.trim(),
  );
}

function isRefusal({ state }: PreflightFinding): boolean {
  return state === "refusal";
}

/** Bytes of the weights of each configuration's model; null where its files are not here. */
export async function weightsOf(
  world: Pick<World, "files">,
  models: ReadonlyMap<string, CheckedModel>,
): Promise<Map<string, number | null>> {
  const known = new Map<string, number | null>();
  const found = new Map<string, number | null>();
  for (const [configurationId, { path }] of models) {
    if (path !== null && !known.has(path)) known.set(path, await weightBytes(world.files, path));
    found.set(configurationId, path === null ? null : (known.get(path) ?? null));
  }
  return found;
}
