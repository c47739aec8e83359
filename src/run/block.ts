import type { BlockSpec } from "../schema/plan.ts";
import type { Study } from "../schema/study.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { runLaunchGroup } from "./launch-group.ts";
import type { BlockLeases } from "../store/index.ts";
import type { Recovery } from "./recovery.ts";
import { isOver, type Session } from "./session.ts";
import type { TrialFolder, TrialSink } from "./trial-sink.ts";

/** Takes the first launch off a queue: the trials next to each other that have its key. Empty of an empty queue. */
export function takeLaunch(queue: TrialSpec[]): TrialSpec[] {
  return takeAlike(queue, ({ launchKey }) => launchKey);
}

/** Takes the blocks off a queue, one after the other. */
export function* blocksOf({ name }: Pick<Study, "name">, queue: TrialSpec[]): Generator<BlockSpec, void> {
  for (let [first] = queue; first !== undefined; [first] = queue)
    yield { study: name, block: first.block, trials: takeAlike(queue, ({ block }) => block) };
}

function takeAlike(queue: TrialSpec[], keyOf: (spec: TrialSpec) => string | number): TrialSpec[] {
  const keys = queue.map(keyOf);
  const others = keys.findIndex((key) => key !== keys[0]);
  return queue.splice(0, others === -1 ? queue.length : others);
}

/** What decides while a block runs which trials come. */
export interface Running {
  /** The trials of the search for an experiment's peak. */
  probes: (experiment: string) => Iterable<TrialSpec>;
  /** False of a trial whose curve a stop rule has ended by now. */
  runs: (spec: TrialSpec) => boolean;
}

/** The launches of a block, one after the other; none for trials that do not run. */
export function* launchesOf(block: BlockSpec, { probes, runs }: Running): Generator<Iterable<TrialSpec>, void> {
  if ("search" in block) return yield probes(block.search);
  for (const queue = [...block.trials]; queue.length > 0;) {
    const launch = takeLaunch(queue);
    if (launch.some(runs)) yield running(launch, runs);
  }
}

/** Each trial is asked about when the one before it has ended. */
function* running(launch: readonly TrialSpec[], runs: Running["runs"]): Generator<TrialSpec, void> {
  for (const spec of launch) if (runs(spec)) yield spec;
}

/** Runs a block: gives the trial folders of each launch when it is over. Nothing of it runs until the next is asked for. */
export type RunBlock = (block: BlockSpec, sink: TrialSink) => AsyncIterable<TrialFolder[]>;

/** Runs blocks in this process, launch by launch, each under its lease. `ordinal`: that of the study's last launch. */
export function blockRunner(
  session: Session,
  coming: Running,
  ordinal: number,
  { leases, recovery }: { leases: BlockLeases; recovery: Recovery },
): RunBlock {
  return async function* (block, sink) {
    let isLost = false;
    const lease = await leases.of(block);
    if (!lease.ok) return sink.lost(lease.problem);
    const launch = async (trials: Iterable<TrialSpec>): Promise<TrialFolder[]> => {
      const ended: TrialFolder[] = [];
      await runLaunchGroup(session, trials, () => (ordinal += 1), lease.value, {
        ended(trial, folder, observation) {
          ended.push({ trial, folder });
          sink.ended(trial, folder, observation);
        },
        lost(fault) {
          isLost = true;
          sink.lost(fault);
        },
      });
      return ended;
    };
    for (const planned of launchesOf(block, coming)) {
      for (let trials: Iterable<TrialSpec> | null = planned; trials !== null;) {
        if (isLost || isOver(session)) return;
        const ended: TrialFolder[] = await launch(trials);
        yield ended;
        const { again, waitS, notice, fault } = recovery.after(ended.map(({ trial }) => trial));
        if (fault !== null) return sink.lost(fault);
        // What follows a probe is the search's to say.
        trials = again.length === 0 || "search" in block ? null : again;
        if (trials === null) continue;
        if (notice !== null) session.report({ type: "notice", code: "retry", message: notice });
        await session.world.clock.sleep(1000 * waitS, session.signal);
      }
    }
  };
}
