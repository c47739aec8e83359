import type { Trial } from "../schema/trial.ts";

/** What follows from a trial alone and is asked for with each change: it is kept while the trial is. */
export function oncePerTrial<Value>(of: (trial: Trial) => Value): (trial: Trial) => Value {
  const known = new WeakMap<Trial, { value: Value }>();
  return (trial) => {
    const found = known.get(trial) ?? { value: of(trial) };
    known.set(trial, found);
    return found.value;
  };
}
