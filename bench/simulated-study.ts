/**
 * `npm run bench:simulated-study`: the changes of a published study (Llama 3.1 8B, MLPerf Offline in chunks of 16 requests,
 * vLLM 0.17.1 on a MIG slice of an H200; github.com/ssaketh-ch/llama31b-benchmark) beside what the simulated engine makes of
 * them, in virtual time. SIMULATED: it shows how far the simulated engine is from one real machine, nothing else.
 */
import { lengthProfiles } from "../src/schema/dataset-declaration.ts";
import { drawLength } from "../src/dataset/lengths.ts";
import { createRandom } from "../src/math/random.ts";
import { signed } from "../src/report/numbers.ts";
import { resolveConfiguration } from "../src/simulator/configuration.ts";
import { Engine } from "../src/simulator/engine.ts";
import type { Settings } from "../src/simulator/settings.ts";
import { speechOf } from "../src/simulator/tokens.ts";

const MODEL = "meta-llama/Llama-3.1-8B-Instruct";
const REQUESTS = 1024;
const CHUNK = 16;

interface Row {
  title: string;
  settings: Settings;
  against: Settings;
  chunk?: number;
  /** Of output tokens a second, as published, in per cent. */
  published: number;
}

const fp8: Settings = { quantization: "fp8" };

const rows: Row[] = [
  { title: "quantization=fp8", settings: fp8, against: {}, published: 34.5 },
  { title: "kv_cache_dtype=fp8", settings: { kv_cache_dtype: "fp8" }, against: {}, published: 4.5 },
  { title: "kv_cache_dtype=fp8 on fp8", settings: { ...fp8, kv_cache_dtype: "fp8" }, against: fp8, published: -12.3 },
  { title: "no compilation, no CUDA graphs", settings: { optimization_level: 0 }, against: {}, published: -20.8 },
  { title: "async_scheduling off", settings: { async_scheduling: false }, against: {}, published: -7.0 },
  { title: "chunks of 1024", settings: { max_num_seqs: 1024 }, against: {}, chunk: 1024, published: 112.7 },
];

const gpus = ["H200-MIG-3g.71gb", "H100-SXM5-80GB"];

const lengths = createRandom("simulated study");
const prompts = Array.from({ length: REQUESTS }, (_, request) =>
  Array.from(
    { length: drawLength(lengthProfiles.cnn_dailymail.input, lengths) },
    (_unused, at) => 300 + ((request * 100_003 + at * 7) % 120_000),
  ),
);

/** Output tokens a second, chunk after chunk: each is sent when the one before has ended. */
function throughput(settings: Settings, gpu: string, chunk: number): number {
  const resolution = resolveConfiguration(MODEL, { max_num_seqs: CHUNK, ...settings }, { CETERIS_SIMULATED_GPU: gpu });
  if (!resolution.ok) throw new Error(resolution.failure.error.join("\n"));
  const engine = new Engine(resolution.configuration);
  let nowS = 0;
  for (let from = 0; from < prompts.length; from += chunk) {
    for (const [index, promptIds] of prompts.slice(from, from + chunk).entries()) {
      const speech = speechOf({ ids: promptIds, pieces: null }, 128_256, 0);
      engine.add({ id: `${from + index}`, promptIds, speech, outputTokens: 128, finish: "length" }, nowS);
    }
    for (let next = engine.nextS; next !== null; next = engine.nextS) nowS = engine.advance(next).at(-1)?.dueS ?? nowS;
  }
  return (prompts.length * 128) / nowS;
}

const percent = (change: number): string => `${signed(change, 1)} %`;
console.log("SIMULATED, in virtual time; published: vLLM 0.17.1 on an H200 MIG slice\n");
console.log(`| change | published | ${gpus.map((gpu) => `simulated ${gpu}`).join(" | ")} |`);
console.log(`|---|--:|${gpus.map(() => "--:|").join("")}`);
for (const { title, settings, against, chunk, published } of rows) {
  const found = gpus.map((gpu) =>
    percent(100 * (throughput(settings, gpu, chunk ?? CHUNK) / throughput(against, gpu, CHUNK) - 1)),
  );
  console.log(`| ${title} | ${percent(published)} | ${found.join(" | ")} |`);
}
console.log(
  `\nbaseline: published 1,082.8 tok/s, simulated ${gpus.map((gpu) => `${throughput({}, gpu, CHUNK).toFixed(1)} (${gpu})`).join(", ")}`,
);
