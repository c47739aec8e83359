/**
 * What it costs to score as many summaries as MLPerf's dataset has, beside Python's rouge-score in the same run:
 *
 *   npm run bench:rouge
 *
 * The same pairs go through `ceteris score` and through rouge-score 0.1.2, whole processes both, in turn. The means of
 * the two must be equal.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import { makeEnvironment } from "../src/engine/environments/uv-environment.ts";
import { createRandom, type Random } from "../src/math/random.ts";
import { realWorld } from "../src/world/real-world.ts";

/** Articles in MLPerf's cut of CNN/DailyMail. */
const PAIRS = 13_368;
const ROUNDS = 3;
const root = resolve(import.meta.dirname, "..");

/** Words of this repository's own documents, so that stems and lengths are those of a language. */
function vocabulary(): string[] {
  const documents = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const text = documents.map((name) => readFileSync(join(root, "docs", name), "utf8")).join("\n");
  return [...new Set(text.match(/[A-Za-z]{2,}/g))];
}

/** Words by Zipf's law in sentences of 8 to 24. */
function sentences(words: readonly string[], count: number, random: Random): string {
  return Array.from({ length: count }, () => {
    const length = 8 + random.integer(17);
    const drawn = Array.from({ length }, () => words[Math.floor(words.length ** random.next()) - 1] ?? "the");
    return `${drawn.join(" ")}.`;
  }).join("\n");
}

/** References of three or four sentences (56 words is the dataset's mean), predictions of up to 128 tokens that repeat some of them. */
function makePairs(): { prediction: string; reference: string }[] {
  const words = vocabulary();
  const random = createRandom("bench-rouge");
  return Array.from({ length: PAIRS }, () => {
    const reference = sentences(words, 3 + random.integer(2), random);
    const kept = reference.split("\n").filter(() => random.next() < 0.5);
    return { reference, prediction: [...kept, sentences(words, 4, random)].join("\n") };
  });
}

interface Scored {
  seconds: number;
  mean: Record<"rouge1" | "rouge2" | "rougeL" | "rougeLsum", number>;
}

function timed(file: string, args: string[]): Scored {
  const startedMs = performance.now();
  const out = execFileSync(file, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
  const seconds = (performance.now() - startedMs) / 1000;
  return { seconds, mean: (JSON.parse(out) as Pick<Scored, "mean">).mean };
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const world = realWorld();
const environment = await makeEnvironment(world, {
  name: "bench-rouge-score",
  requirementsFile: join(root, "bench/rouge/rouge-score.txt"),
  pythons: ["python3"],
  cacheFolder: cacheFolderOf(world),
  onProgress: (line) => console.error(line),
});
if (!environment.ok) {
  console.error(`${environment.problem.message}\n${environment.problem.hint}`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "ceteris-bench-"));
try {
  const file = join(folder, "pairs.jsonl");
  writeFileSync(
    file,
    makePairs()
      .map((pair) => `${JSON.stringify(pair)}\n`)
      .join(""),
  );
  const python = join(environment.value.folder, "bin/python");
  const runs = { ours: [] as Scored[], python: [] as Scored[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.ours.push(timed(join(root, "bin/ceteris.sh"), ["score", file, "--json"]));
    runs.python.push(timed(python, [join(root, "bench/rouge/score.py"), file]));
  }
  const [ours, theirs] = [median(runs.ours.map((run) => run.seconds)), median(runs.python.map((run) => run.seconds))];
  console.log(`${PAIRS} pairs, median of ${ROUNDS} alternating runs of the whole process`);
  console.log(`ceteris score   ${ours.toFixed(1)} s`);
  console.log(`rouge-score     ${theirs.toFixed(1)} s`);
  console.log(`ratio           1/${(theirs / ours).toFixed(1)}`);
  for (const [type, value] of Object.entries(runs.python[0]!.mean)) {
    const own = runs.ours[0]!.mean[type as keyof Scored["mean"]];
    console.log(`${type.padEnd(10)} ceteris ${own.toFixed(6)} rouge-score ${value.toFixed(6)}`);
    // MLPerf's script rounds to four digits, and so does `ceteris score`.
    if (Math.abs(own - value) > 0.6e-4) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
