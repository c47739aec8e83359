import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../support/cli.ts";

/** Pairs of runs: both of a pair meet the machine as it is at that moment. */
const rounds = 24;

function elapsedMs(program: string, args: string[]): number {
  const startedMs = performance.now();
  const { status } = spawnSync(program, args, { cwd: repository, stdio: "ignore" });
  expect(status).toBe(0);
  return performance.now() - startedMs;
}

const help = (): number => elapsedMs(join(repository, "bin/ceteris.sh"), ["--help"]);
const empty = (): number => elapsedMs(join(repository, "node_modules/.bin/node"), ["-e", "0"]);

describe("ceteris --help", () => {
  it("takes at most three times as long as Node's own start", { timeout: 60_000 }, () => {
    help(); // fills Node's compile cache
    const ratios = Array.from({ length: rounds }, () => help() / empty()).toSorted((left, right) => left - right);
    // The median: on a busy machine the fastest run of one side may be undisturbed by chance.
    expect(ratios[rounds / 2]).toBeLessThanOrEqual(3);
  });
});
