import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../support/cli.ts";

/** Pairs of runs; enough that each side has one that nothing disturbed, also beside other tests. */
const rounds = 12;

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
    let [fastestHelp, fastestEmpty] = [help(), empty()];
    for (let round = 1; round < rounds; round += 1) {
      fastestHelp = Math.min(fastestHelp, help());
      fastestEmpty = Math.min(fastestEmpty, empty());
    }
    expect(fastestHelp / fastestEmpty).toBeLessThanOrEqual(3);
  });
});
