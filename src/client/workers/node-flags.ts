/**
 * How Node is started for a load, by `bin/ceteris.sh` as well. What it needs of Node that Node calls experimental is pinned
 * with it. Little of a load lives long, so that a small young generation is enough, and V8 gets one helper thread, which
 * compiles and collects garbage on one other core at most: a load of 512 streams takes a fifth less memory, at the same CPU.
 */
export const nodeFlags = [
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=2",
  "--v8-pool-size=1",
] as const;
