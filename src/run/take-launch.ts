import type { TrialSpec } from "../schema/trial-spec.ts";

/** Takes the first launch off a queue: the trials next to each other that have its key. Empty of an empty queue. */
export function takeLaunch(queue: TrialSpec[]): TrialSpec[] {
  const [first] = queue;
  const others = queue.findIndex(({ launchKey }) => launchKey !== first?.launchKey);
  return queue.splice(0, others === -1 ? queue.length : others);
}
