import { createRandom } from "../math/random.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";
import { ascending } from "./ascending.ts";
import { kindOf } from "./kinds.ts";
import { launchOf } from "./launch-of.ts";
import type { Partners } from "./partners.ts";

/** Which experiments are baselines, and what is compared with what. */
export interface Baselines {
  isBaseline: ReadonlySet<string>;
  partners: Partners;
}

/** Experiments in the order in which one block visits them; curves that a stop rule may end from their lowest load up. */
export function orderOfBlock(
  study: Pick<Study, "design" | "order" | "seed">,
  members: readonly Experiment[],
  baselines: Baselines,
  block: number,
): Experiment[] {
  return ascending(drawnOrder(study, members, baselines, block));
}

function drawnOrder(
  study: Pick<Study, "design" | "order" | "seed">,
  members: readonly Experiment[],
  { isBaseline, partners }: Baselines,
  block: number,
): Experiment[] {
  const own = kindOf(study).order;
  if (own !== undefined) return own.visit(members, study.seed, block);
  if (study.order === "declared") return [...members];
  const random = createRandom(study.seed).fork(`order-${block}`);
  if (study.order === "shuffled") return random.shuffle(members);
  return random.shuffle([...members, ...secondBaselines(members, isBaseline, partners)]);
}

/**
 * How often a block of `order: interleaved` runs the baseline of a cell (a workload at one point of the sweep): once, and
 * twice from four changes on. Every change is compared with it, and the variances of n differences from one mean are
 * smallest where that mean rests on √n trials for each trial of a change (Dunnett, JASA 50, 1955).
 */
export function baselinesPerBlock(changes: number): number {
  return changes < 4 ? 1 : 2;
}

/** The baselines that a block of `order: interleaved` visits twice, since enough of its members are compared with them. */
export function secondBaselines(
  members: readonly Experiment[],
  isBaseline: ReadonlySet<string>,
  partners: Partners,
): Experiment[] {
  const changes = new Map<string, number>();
  for (const { id } of members)
    for (const partner of partners(id)) changes.set(partner, (changes.get(partner) ?? 0) + 1);
  return members.filter(({ id, labels }) => isBaseline.has(labels.name) && baselinesPerBlock(changes.get(id) ?? 0) > 1);
}

/** Visits of a block that share a launch: the points of one row's sweep where the study says so, else each alone. */
export function launchGroups(study: Pick<Study, "launch" | "design">, order: readonly Experiment[]): Experiment[][] {
  if (study.launch === "each") return order.map((experiment) => [experiment]);
  const isOneLaunch = kindOf(study).order?.isOneLaunch === true;
  const visits = new Map<string, number>();
  const groups = Map.groupBy(order, (experiment) => {
    // The baseline's second visit in a block is another launch: trials of one launch are no replicates.
    const visit = (visits.get(experiment.id) ?? 0) + 1;
    visits.set(experiment.id, visit);
    return `${isOneLaunch ? 1 : visit} ${launchOf(experiment)}`;
  });
  return [...groups.values()];
}

/** Blocks of a study at its fidelity: its `repeats`, or fewer where one of its workloads says so. */
export function repeatsOf(study: Pick<Study, "repeats" | "workloads" | "fidelity">): number {
  const limits = study.workloads.map((workload) => workload.counts[study.fidelity].repeats ?? study.repeats);
  return Math.min(study.repeats, ...limits);
}
