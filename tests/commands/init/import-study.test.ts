import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { expect, it } from "vitest";
import { initCommand, type InitOptions } from "../../../src/commands/init.ts";
import { loadPlan } from "../../../src/plan/index.ts";
import { studyWorld } from "../../support/study-world.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** What `init --from` makes of these files: the matrix as data, what is printed, and the plan's errors. */
async function imported(
  files: Record<string, string>,
  options: InitOptions = {},
  variables: Record<string, string> = {},
) {
  const folder = temporaryFolder();
  let said = "";
  const world = studyWorld(folder, (usual) => ({
    variables,
    streams: { ...usual.streams, ask: null, out: (text) => void (said += text), err: (text) => void (said += text) },
  }));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const code = await initCommand(world, { from: Object.keys(files), ...options });
  const path = /^wrote {2}(matrices\/\S+)/m.exec(said)?.[1];
  if (path === undefined) return { code, said, matrix: {}, rows: [], errors: [] };
  const { plan, diagnostics } = await loadPlan(world, { matrix: path });
  return {
    code,
    said,
    matrix: parse((await world.files.readText(join(folder, path))) ?? "") as { [member: string]: unknown },
    rows: plan?.experiments.map(({ id }) => id) ?? [],
    errors: diagnostics.filter(({ severity }) => severity === "error"),
  };
}

it("makes points of one factor of --serve-params, and points of one axis of --bench-params", async () => {
  const found = await imported({
    "serve.json": JSON.stringify([
      { max_num_seqs: 32, "max-num-batched-tokens": 1024 },
      { max_num_seqs: 64, max_num_batched_tokens: 2048, enable_prefix_caching: false, port: 9000 },
      { _benchmark_name: "graphs off", "compilation_config.cudagraph_mode": "NONE" },
    ]),
    "bench.json": JSON.stringify({
      short: { random_input_len: 128, random_output_len: 32, max_concurrency: 8, num_prompts: 200 },
      long: { random_input_len: 1024, random_output_len: 32, max_concurrency: 8, num_prompts: 200 },
    }),
  });
  expect(found.code).toBe(0);
  expect(found.errors).toEqual([]);
  expect(found.matrix).toMatchObject({
    baseline: { id: "seqs32-tok1024", knobs: { max_num_seqs: 32, max_num_batched_tokens: 1024 } },
    design: {
      kind: "combination",
      factors: {
        configuration: [
          { id: "seqs32-tok1024" },
          {
            id: "seqs64-tok2048-no-enable_prefix_caching",
            max_num_seqs: 64,
            max_num_batched_tokens: 2048,
            enable_prefix_caching: false,
          },
          { id: "graphs-off", max_num_seqs: null, "compilation_config.cudagraph_mode": "NONE" },
        ],
      },
    },
    sweep: { load: [{ id: "short" }, { id: "long", "dataset.input_tokens": { value: 1024 } }] },
    workloads: [{ scenario: "closed", load: { concurrency: 8 }, counts: { screen: { requests: 200 } } }],
  });
  expect(found.rows).toHaveLength(6);
  expect(found.said).toContain("not carried over: --port 9000: Ceteris takes a free one");
});

it("reads a script: the server's flags as knobs, the client's as workloads, and says what it left", async () => {
  const found = await imported({
    "run.sh": `MODEL=Qwen/Qwen3-8B
HF_TOKEN=x VLLM_LOGGING_LEVEL=WARNING vllm serve $MODEL -tp 1 --max-num-seqs=128 \\
  --no-enable-prefix-caching --max-model-len 16k --unheard-of 5 --api-key sk-0123456789abcdef > log.txt 2>&1 &
for c in 8 32; do vllm bench serve --model $MODEL --max-concurrency $c --num-prompts 100 --tokenizer t --seed 7; done
vllm bench serve --model $MODEL --request-rate $RATE
vllm bench latency --model $MODEL`,
  });
  expect(found.errors).toEqual([]);
  expect(found.matrix).toMatchObject({
    sut: { engine: "vllm", model: "Qwen/Qwen3-8B" },
    baseline: {
      knobs: {
        tensor_parallel_size: 1,
        max_num_seqs: 128,
        enable_prefix_caching: false,
        max_model_len: 16_000,
        "env.VLLM_LOGGING_LEVEL": "WARNING",
      },
    },
    design: { kind: "curve" },
    sweep: { load: [{ "load.concurrency": 8 }, { "load.concurrency": 32 }] },
  });
  for (const left of [
    "--unheard-of 5: vllm has no knob",
    "a load with $RATE: ",
    "vllm bench latency: ",
    "--seed 7: write",
    "HF_TOKEN: secrets",
  ])
    expect(found.said).toContain(`not carried over: ${left}`);
  expect(found.said).toContain("not carried over: --api-key: a secret");
  // Once, though several loads say it.
  expect(found.said.match(/^note {3}--ignore-eos: without it vLLM/gm)).toHaveLength(1);
  expect(found.said).toContain("note   --tokenizer is left out: ");
  expect(found.said + JSON.stringify(found.matrix)).not.toMatch(/log\.txt|sk-0123|"x"/);
});

it("attaches where a client's command line names a server, and keeps loads that no axis joins apart", async () => {
  const found = await imported({
    "load.txt": `vllm bench serve --base-url http://gpu:8000 --model m --request-rate 4 --num-prompts 100
vllm bench serve --base-url http://gpu:8000 --model m --max-concurrency 8 --num-prompts 100 --dataset-name custom --dataset-path mine.jsonl`,
  });
  expect(found.errors).toEqual([]);
  expect(found.matrix).toMatchObject({
    sut: { engine: "endpoint", url: "http://gpu:8000", model: "m" },
    workloads: [
      { workload: "bench-1", scenario: "open", load: { rate: 4 } },
      { workload: "bench-2", scenario: "closed", dataset: { kind: "jsonl", path: "../mine.jsonl" } },
    ],
  });
});

it("offers the simulated engine only where that has the knobs", async () => {
  const [own, other] = [
    await imported({ "a.json": '[{"max_num_seqs": 8}]' }),
    await imported({ "b.json": '[{"n_parallel": 4}]' }, { engine: "llama-cpp" }),
  ];
  expect(own.said).toContain("--sut simulated");
  expect(other.matrix).toMatchObject({ sut: { engine: "llama-cpp" }, baseline: { knobs: { n_parallel: 4 } } });
  expect(other.said).not.toContain("--sut simulated");
});

it.each<[Record<string, string>, InitOptions, string]>([
  [{ "notes.txt": "nothing here" }, {}, "no parameter of a sweep and no `vllm serve`"],
  [{}, { from: ["gone.json"] }, "there is no file gone.json"],
  [{ "s.json": '[{"max_num_seqs": 1}]' }, { design: "stacked" }, "--from says what is compared"],
])("refuses %o %o", async (files, options, message) => {
  const found = await imported(files, options);
  expect(found.code).toBe(2);
  expect(found.said).toContain(message);
});

it("says which value only a shell would know, where a script has nothing else", async () => {
  const { code, said } = await imported({ "sweep.sh": "vllm bench serve --model $MODEL --num-prompts 5\n" });
  expect(code).toBe(2);
  expect(said).toContain("sweep.sh: a load with $MODEL cannot be carried over");
  expect(said).toContain("only a shell would know the value: write the loads out.");
});

it("says what to type next as it was called: through npx, with npx", async () => {
  const files = { "bench.txt": "vllm bench serve --model m --num-prompts 5 --max-concurrency 2\n" };
  const own = await imported(files);
  expect(own.said).toMatch(/^ {2}ceteris doctor matrices\/\S+ +# what would go wrong on this machine$/m);
  const { said } = await imported(files, {}, { npm_lifecycle_event: "npx" });
  expect(said.match(/^ {2}npx ceteris (plan|run|doctor) matrices/gm)).toHaveLength(4);
});
