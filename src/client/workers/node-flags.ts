/**
 * How Node is started for a load, by `bin/ceteris.sh` as well: what it needs of Node that Node calls experimental is pinned
 * with it; and a small young generation saves tens of MB and costs no CPU, since little of a load lives long.
 */
export const nodeFlags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=2"] as const;
