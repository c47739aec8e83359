/**
 * The longest gap, in seconds, between the end of one trial of a block and the start of the next within which the block goes
 * on. Trials further apart did not run side by side, even in one block: machine, room and neighbours may have changed. An hour,
 * so that the longest start of an engine fits into it, and a night does not. Our choice: how long a machine stays comparable
 * with itself was not measured, and a shorter gap only costs further blocks.
 */
export const longestInterruptionS = 3600;

/** When a trial ran. ISO 8601, UTC. */
export interface Timed {
  startedAt: string;
  endedAt: string;
}

/**
 * The sessions of one block: its trials in the order in which they started, cut wherever the machine did something else for
 * longer than a block tolerates. Trials of one session ran side by side and may be compared; trials of two may not. `trials`
 * are all of the block, also accuracy trials and failures, since each of them fills the time. A time that cannot be read
 * makes no cut.
 */
export function sessionsOfBlock<Trial extends Timed>(trials: readonly Trial[]): Trial[][] {
  const sessions: Trial[][] = [];
  let lastEndMs = -Infinity;
  for (const trial of trials.toSorted((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt))) {
    const session = sessions.at(-1);
    const gapMs = Date.parse(trial.startedAt) - lastEndMs;
    if (session === undefined || gapMs > 1000 * longestInterruptionS) sessions.push([trial]);
    else session.push(trial);
    lastEndMs = Math.max(lastEndMs, Date.parse(trial.endedAt) || -Infinity);
  }
  return sessions;
}
