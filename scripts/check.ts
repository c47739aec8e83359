/** `npm run check`: what must hold before every commit. Stops at nothing, so that one run tells all; each step's seconds are shown. */
import { spawnSync } from "node:child_process";

const steps: [name: string, program: string, ...args: string[]][] = [
  ["lockfile", "node", "scripts/check-lock.mjs"],
  ["types", "tsc", "-p", "tsconfig.json"],
  ["lint and boundaries", "oxlint", "--deny-warnings"],
  ["format", "oxfmt", "--check"],
  ["unused code", "knip"],
  ["generated files", "node", "scripts/generate.ts", "--check"],
  ["unit tests", "vitest", "run", "--project", "unit"],
];

const failed: string[] = [];
for (const [name, program, ...args] of steps) {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${tookS} s)`);
  if (status === 0) continue;
  failed.push(name);
  console.log(`${stdout}${stderr}`);
}
if (failed.length > 0) {
  console.error(`npm run check: ${failed.join(", ")} failed`);
  process.exitCode = 1;
}
