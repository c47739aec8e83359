/**
 * `npm run check`: what must hold before every commit. Stops at nothing, so that one run tells all; each step's seconds are
 * shown. The unit tests run beside all else: types, lint and unused code leave a core idle for most of their time.
 * `--without-tests` leaves them to an `npm test` that follows.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

type Step = [name: string, program: string, ...args: string[]];

const looks: Step[] = [
  ["lockfile", "node", "scripts/check-lock.mjs"],
  ["types", "tsc", "-p", "tsconfig.json"],
  ["lint and boundaries", "oxlint", "--deny-warnings"],
  ["format", "oxfmt", "--check"],
  ["unused code", "knip"],
  ["generated files", "node", "scripts/generate.ts", "--check"],
];
const tests: Step[] = process.argv.includes("--without-tests")
  ? []
  : [["unit tests", "vitest", "run", "--project", "unit"]];

const failed: string[] = [];
await Promise.all([inTurn(tests), inTurn(looks)]);
if (failed.length > 0) {
  console.error(`npm run check: ${failed.join(", ")} failed`);
  process.exitCode = 1;
}

async function inTurn(steps: readonly Step[]): Promise<void> {
  for (const [name, program, ...args] of steps) {
    const startedMs = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
    const [status] = (await once(child, "close")) as [number | null];
    const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${tookS} s)`);
    if (status === 0) continue;
    failed.push(name);
    console.log(said);
  }
}
