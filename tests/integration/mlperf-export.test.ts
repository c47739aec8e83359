import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadRuleset } from "../../src/matrix/rulesets/rulesets.ts";
import type { Ruleset } from "../../src/schema/ruleset.ts";
import { makeStudyFolder, runCli } from "../support/cli.ts";
import { miniRuleset } from "../support/mini-ruleset.ts";
import { problemsOfTree, type TreeRules } from "../support/submission-rules.ts";

/**
 * A ruleset that a short run on the simulated engine can keep: a percentile that few queries are enough for, and a gate that
 * fits the copying of the simulated model. It asks for one compliance test.
 */
function ruleset(tree: "by_scenario" | "measurements_apart", id: string): string {
  const mini = miniRuleset()
    .replace("id: mini", `id: ${id}`)
    .replace("Server: { min_duration_s: 2, percentile: 99", "Server: { min_duration_s: 2, percentile: 90")
    .replace("metric: rouge1, reference: 40", "metric: rouge1, reference: 85");
  return `${mini}submission:
  checker_version: mini
  tree: ${tree}
  accuracy_log_limit_bytes: 4000
  accuracy_log_kept_bytes: 900
  compliance: { TEST06: [tiny] }
  source: us
`;
}

const rulesets = { latest: ruleset("by_scenario", "latest"), older: ruleset("measurements_apart", "older") };

/** Accuracy is asked of the first workload, and is of both: they are answered alike. */
const matrix = (id: string) => `
study: ${id}
question: What does the submission checker say?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 16, enable_prefix_caching: false } }
design: { kind: isolation, changes: [{ id: seqs8, set: { max_num_seqs: 8 } }] }
workloads:
${["offline", "server"]
  .map(
    (scenario) => `  - workload: ${scenario}
    ruleset: ${id}/tiny
    scenario: ${scenario}
    prompt: text
    dataset: { kind: jsonl, path: ../articles.jsonl }
    load: { ${scenario === "server" ? "rate: 20" : "expected_rate: 40"} }
    warmup: { requests: 2 }`,
  )
  .join("\n")}
accuracy: true
gates: [${id}/tiny]
repeats: 1
order: declared
fidelity: valid
`;

/** The simulated model copies what it is asked, so that this is a good reference. */
function articles(): string {
  const lines = Array.from({ length: 20 }, (_, at) => {
    const words = Array.from({ length: 40 }, (__, place) => `w${at * 40 + place}`);
    return JSON.stringify({ prompt: `Copy.\n\n${words.join(" ")}`, reference: words.slice(0, 30).join(" ") });
  });
  return `${lines.join("\n")}\n`;
}

const facts = `format: ceteris.mlperf-facts/1
system:
  status: available
  system_type: datacenter
  host_processors_per_node: 2
  host_memory_configuration: 16 x 64 GB
  host_storage_capacity: 1 TB
  host_storage_type: NVMe
  host_networking: Ethernet
  host_network_card_count: 1
  host_networking_topology: N/A
  cooling: air
measurements: { weight_data_types: bf16 }
calibration: None, the weights are those of the publisher.
`;

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(() => {
  study = makeStudyFolder({
    ...Object.fromEntries(Object.entries(rulesets).map(([id, text]) => [`experiments/rulesets/${id}.yaml`, text])),
    ...Object.fromEntries(Object.keys(rulesets).map((id) => [`matrices/${id}.yaml`, matrix(id)])),
    "articles.jsonl": articles(),
    "facts.yaml": facts,
  });
});
afterAll(() => study.remove());

function treeRules(id: keyof typeof rulesets): TreeRules {
  const read = (path: string): string | null => (path === `/rulesets/${id}.yaml` ? rulesets[id] : null);
  const { ruleset: known } = loadRuleset({ name: id, root: "/", rulesetFolders: ["/rulesets"], read });
  const { scenarios, submission } = known as Ruleset;
  return {
    submission,
    scenarios: new Map(scenarios.map((scenario) => [scenario.name, scenario])),
    resultKeys: { Offline: "result_tokens_per_second", Server: "result_completed_tokens_per_second" },
  };
}

/** Folders as `ceteris loadgen --mode test06` leaves them, one a scenario. */
function complianceFolders(id: string): string[] {
  return ["Offline", "Server"].map((scenario) => {
    const folder = `test06-${id}-${scenario}`;
    mkdirSync(join(study.folder, folder), { recursive: true });
    const record = {
      format: "ceteris.mlperf-compliance/1",
      test: "TEST06",
      ruleset: id,
      model: "tiny",
      scenario,
      simulated: true,
    };
    const lines = ["First token check pass: True", "EOS check pass: True", "Sample length check pass: True"];
    writeFileSync(join(study.folder, folder, "compliance.json"), JSON.stringify(record));
    writeFileSync(join(study.folder, folder, "verify_accuracy.txt"), `${lines.join("\n")}\n`);
    writeFileSync(join(study.folder, folder, "mlperf_log_accuracy.json"), "[]\n");
    return folder;
  });
}

/** The one thing that the checker refuses: nobody hands in a simulated system. */
const refused = ["SIMULATED-cpu-baseline: status"];

describe("the submission tree of trials on the simulated engine", () => {
  it.each(["latest", "older"] as const)(
    "is what the checker asks for in the %s form",
    { timeout: 120_000 },
    async (id) => {
      const ran = await runCli(["run", `matrices/${id}.yaml`, "--only", "baseline@*"], study.folder);
      expect(ran.stderr, ran.stdout).not.toContain("internal error");
      const out = join(study.folder, `tree-${id}`);
      const flags = ["--out", out, "--division", "closed", "--facts", "facts.yaml"];
      const compliance = complianceFolders(id).flatMap((folder) => ["--compliance", folder]);
      const exported = await runCli(["export", "mlperf", id, ...flags, ...compliance], study.folder);
      expect(exported.stdout.trim().split("\n")).toHaveLength(2);
      expect(problemsOfTree(out, "closed", treeRules(id))).toEqual(refused);
      expect(exported.stderr.trim().split("\n")).toEqual(
        Array.from({ length: 2 }, () => expect.stringContaining("SIMULATED is not a status") as string),
      );

      const accuracy = "closed/SIMULATED-ceteris/results/SIMULATED-cpu-baseline/tiny/Server/accuracy";
      const whole = readFileSync(join(`${out}-whole-logs`, accuracy, "mlperf_log_accuracy.json"), "utf8");
      const short = readFileSync(join(out, accuracy, "mlperf_log_accuracy.json"), "utf8");
      expect(short).toBe(`${whole.slice(0, 900)}\n\n...\n\n${whole.slice(-900)}`);
      const digest = createHash("sha256").update(whole).digest("hex");
      expect(readFileSync(join(out, accuracy, "accuracy.txt"), "utf8")).toMatch(new RegExp(`^hash=${digest}$`, "m"));
    },
  );

  it("says what a submitter has to bring where nothing is given", { timeout: 60_000 }, async () => {
    const out = join(study.folder, "bare");
    const [other = ""] = complianceFolders("older");
    const flags = ["--out", out, "--division", "closed", "--compliance", other];
    const exported = await runCli(["export", "mlperf", "latest", ...flags], study.folder);
    expect(exported.stderr).toMatch(/to be written in --facts FILE: .*system_type.*cooling/);
    expect(exported.stderr).toContain("TEST06: `ceteris loadgen --mode test06` makes it");
    expect(exported.stderr).toContain("it is TEST06 of a simulated engine by older/tiny, Offline, and no pair");
    expect(problemsOfTree(out, "closed", treeRules("latest"))).toEqual(
      expect.arrayContaining([...refused, "SIMULATED-cpu-baseline: system_type"]),
    );
    rmSync(out, { recursive: true });
  });

  it("refuses facts that nobody asks for, and compliance tests of nothing", { timeout: 60_000 }, async () => {
    writeFileSync(join(study.folder, "wrong.yaml"), facts.replace("cooling: air", "coling: air"));
    const wrong = await runCli(["export", "mlperf", "latest", "--facts", "wrong.yaml"], study.folder);
    expect([wrong.code, existsSync(join(study.folder, "mlperf"))]).toEqual([2, false]);
    expect(wrong.stderr).toContain("coling");
    const empty = await runCli(["export", "mlperf", "latest", "--compliance", "matrices"], study.folder);
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain("matrices holds no compliance test");
  });
});
