/**
 * `npm run bench:slots`: the same study of 40 trials on 1, 2 and 4 slots of this machine, handed out by the executor `local`
 * as it ships, but for its slots, each of which may use all cores. The simulated engine is slowed down, so that it waits and
 * hardly computes: what is left of the time is ours. SIMULATED figures.
 * `-- --short` makes 8 trials.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { measuredCodes } from "../tests/faults/fault-study.ts";
import { makeStudyFolder, repository, runCli, storedTrials, type CliAnswer } from "../tests/support/cli.ts";
import { simulatedMatrix, syntheticDataset } from "../tests/support/simulated-matrix.ts";

const { values: flags } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const blocks = flags.short ? 4 : 20;
const study = "slots";
const matrix = `${study}.yaml`;
/** A token each 60 ms. */
const variables = { CETERIS_SIMULATED_SPEED: "0.1" };

interface Spread {
  seconds: number;
  usable: number;
  trials: number;
  /** The report's section, without its title and its table. */
  sharing: string[];
}

async function spreadOver(slots: number): Promise<Spread> {
  const { folder, remove } = makeStudyFolder({
    [matrix]: simulatedMatrix({
      study,
      knobs: "{ max_num_seqs: 8 }",
      changes: "{ id: seqs16, set: { max_num_seqs: 16 } }",
      repeats: blocks,
      workload: `
scenario: closed
prompt: tokens
${syntheticDataset(64, 16)}
load: { concurrency: 4 }
warmup: { requests: 4 }
counts: { smoke: { requests: 8, seconds: 0, repeats: ${blocks} } }`,
    }),
  });
  const ceteris = async (...argv: string[]): Promise<CliAnswer> => {
    const answer = await runCli(argv, folder, variables);
    if (!measuredCodes.includes(answer.code ?? -1))
      throw new Error(`ceteris ${argv.join(" ")} ended with ${answer.code}: ${answer.stderr}`);
    return answer;
  };
  try {
    writeExecutor(folder, slots);
    const startMs = Date.now();
    await ceteris("run", matrix, "--executor", "local");
    await ceteris("status", study, "--watch");
    await ceteris("run", matrix);
    const trials = storedTrials(folder, study).map(({ trial }) => trial);
    const lastMs = Math.max(...trials.map(({ ended_at: at }) => Date.parse(at)));
    const report = readFileSync(join(folder, "reports/out", `${study}.md`), "utf8");
    return {
      seconds: (lastMs - startMs) / 1000,
      usable: trials.filter(({ verdict }) => ["VALID", "SCREENED"].includes(verdict.status)).length,
      trials: trials.length,
      sharing: /^## Neighbours.*?$(.*?)^## /ms.exec(report)?.[1]?.match(/^- .*$/gm) ?? [],
    };
  } finally {
    remove();
  }
}

function writeExecutor(folder: string, count: number): void {
  const place = "experiments/executors/local.yaml";
  const shipped = parse(readFileSync(join(repository, place), "utf8")) as object;
  const slots = Array.from({ length: count }, (_, gpu) => ({ gpus: String(gpu), cpus: `0-${cpus().length - 1}` }));
  mkdirSync(join(folder, "experiments/executors"), { recursive: true });
  writeFileSync(join(folder, place), stringify({ ...shipped, slots }));
}

console.log(`SIMULATED; ${cpus().length} cores\n`);
console.log("| slots | seconds | speed-up | of slots | usable trials | what sharing does, as the report says it |");
console.log("|--:|--:|--:|--:|--:|---|");
let aloneSeconds: number | null = null;
for (const slots of [1, 2, 4]) {
  const { seconds, usable, trials, sharing } = await spreadOver(slots);
  aloneSeconds ??= seconds;
  const gain = aloneSeconds / seconds;
  const cells = [slots, seconds.toFixed(1), gain.toFixed(2), `${((100 * gain) / slots).toFixed(0)} %`];
  const said = sharing.map((line) => line.replace(/^- /, "")).join(" ") || "no trial had a neighbour";
  console.log(`| ${[...cells, `${usable} of ${trials}`, said].join(" | ")} |`);
}
