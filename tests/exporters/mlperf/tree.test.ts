import { describe, expect, it } from "vitest";
import { accuracyLog, accuracyText, truncatedLog } from "../../../src/exporters/mlperf/accuracy-log.ts";
import { performanceRun } from "../../../src/exporters/mlperf/from-trial.ts";
import { treeOf, type TreeOptions } from "../../../src/exporters/mlperf/tree.ts";
import { parseLoadgenAccuracy } from "../../support/loadgen-logs.ts";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import { runSettings } from "../../../src/math/loadgen/run-settings.ts";
import type { StoredRequest } from "../../../src/schema/observation.ts";
import type { SubmissionRules } from "../../../src/schema/ruleset.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../../support/fake-trials.ts";
import { someMark } from "../../support/loadgen-exported.ts";
import { someRuleset } from "../../support/rulesets.ts";

const rules = someRuleset();

function pairOf(origin: Trial["origin"]) {
  const made = fakeTrial(fakeExperiment("fp8", 0, { quantization: "fp8" }), { fidelity: "screen", origin });
  const workload = { ruleset: "rules-1/m", scenario: "server", prompt: "tokens", load: { rate: 10 } };
  const trial = { ...made, identity: { configuration: { model: "example/m" }, workload } };
  const [queries] = generateQueries(runSettings(rules, { mode: "performance", targetQps: 10, samples: 12 }));
  const requests = Array.from(queries!.samples, (sample, place): StoredRequest => {
    const scheduledNs = queries!.scheduledNs[place]!;
    const [firstTokenNs, lastTokenNs] = [scheduledNs + 5e6, scheduledNs + 9e6];
    return {
      sample,
      chunk: null,
      scheduledNs,
      sentNs: scheduledNs,
      firstTokenNs,
      lastTokenNs,
      endNs: lastTokenNs,
      outputTokens: 5,
      error: null,
      cancelled: false,
    };
  });
  const exported = performanceRun(trial, rules, requests);
  if (!exported.ok) throw new Error(exported.problem.message);
  return { rules, performance: { trial, exported: exported.value }, accuracy: null, why: "nobody asked" };
}

const submission: SubmissionRules = {
  tree: "by_scenario",
  accuracyLogLimit: 400,
  accuracyLogKept: 100,
  compliance: { TEST06: ["m"], TEST07: ["m"] },
};

const options: TreeOptions = {
  division: "open",
  submitter: "ours",
  submission,
  facts: null,
  compliance: [],
  sha256: () => "0f",
};

describe("treeOf", () => {
  it("has the folders of a submission", () => {
    const { files, folder } = treeOf(pairOf("measured"), options);
    expect(folder).toBe("open/ours/results/1xExample-H100-fp8/m/Server");
    expect([...files.keys()].map((path) => path.replace(folder, "…"))).toEqual([
      "…/performance/run_1/mlperf_log_summary.txt",
      "…/performance/run_1/mlperf_log_detail.txt",
      "…/performance/run_1/mlperf_log_accuracy.json",
      "…/measurements.json",
      "…/user.conf",
      "…/README.md",
      "open/ours/src/README.md",
      "open/ours/documentation/calibration.md",
      "open/ours/systems/1xExample-H100-fp8.json",
    ]);
    const measurements = JSON.parse(files.get(`${folder}/measurements.json`) ?? "") as object;
    expect(measurements).toMatchObject({ input_data_types: "int32", weight_data_types: "fp8", retraining: "No" });
    expect(files.get(`${folder}/user.conf`)).toContain("m.Server.target_qps = 10\n");
    expect(files.get(`${folder}/README.md`)).toContain("There is no accuracy: nobody asked.");
    expect([...files.values()].join("")).not.toContain("SIMULATED");
  });

  it("has every member that the checker asks of a system", () => {
    const { files } = treeOf(pairOf("measured"), options);
    const system = JSON.parse(files.get("open/ours/systems/1xExample-H100-fp8.json") ?? "") as {
      [member: string]: string;
    };
    // SYSTEM_DESC_REQUIRED_FIELDS of submission_checker/constants.py: 35, and our mark.
    expect(Object.keys(system)).toHaveLength(36);
    expect(system).toMatchObject({
      division: "open",
      submitter: "ours",
      accelerators_per_node: "1",
      accelerator_memory_capacity: "80 GiB",
    });
  });

  it("counts the GPUs that the engine could use, not those of the host", () => {
    const pair = pairOf("measured");
    const { trial } = pair.performance;
    const [gpu] = trial.provenance!.gpus;
    const gpus = [
      { ...gpu, selected: false },
      { ...gpu, selected: true },
    ];
    const performance = { ...pair.performance, trial: { ...trial, provenance: { ...trial.provenance!, gpus } } };
    const { files } = treeOf({ ...pair, performance }, options);
    const system = JSON.parse(files.get("open/ours/systems/1xExample-H100-fp8.json") ?? "{}") as object;
    expect(system).toMatchObject({ accelerators_per_node: "1" });
  });

  it("lies as the round has it: measurements, code and compliance apart", () => {
    const test06 = { test: "TEST06", files: new Map([["verify_accuracy.txt", "passed"]]) };
    const older = {
      ...options,
      submission: { ...submission, tree: "measurements_apart" },
      compliance: [test06],
    } as const;
    const { files } = treeOf(pairOf("measured"), older);
    const system = "1xExample-H100-fp8";
    expect([...files.keys()]).toEqual([
      ...["summary.txt", "detail.txt", "accuracy.json"].map(
        (name) => `open/ours/results/${system}/m/Server/performance/run_1/mlperf_log_${name}`,
      ),
      `open/ours/measurements/${system}/m/Server/${system}_ceteris_Server.json`,
      `open/ours/measurements/${system}/m/Server/user.conf`,
      `open/ours/measurements/${system}/m/Server/README.md`,
      "open/ours/code/m/ceteris/README.md",
      "open/ours/documentation/calibration.md",
      `open/ours/systems/${system}.json`,
      `open/ours/compliance/${system}/m/Server/TEST06/verify_accuracy.txt`,
    ]);
  });

  it("says what the checker will miss: facts, fidelity, accuracy, compliance tests of a closed submission", () => {
    const { missing } = treeOf(pairOf("measured"), { ...options, division: "closed" });
    expect(missing.map((what) => what.split(":")[0])).toEqual([
      "to be written in --facts FILE",
      "fidelity",
      "accuracy",
      "TEST06",
      "TEST07",
    ]);
    expect(missing[0]).toContain("status, system_type, ");
    const open = treeOf(pairOf("simulated"), options).missing;
    expect(open[0]).toContain("SIMULATED is not a status");
    expect(open.join(" ")).not.toContain("TEST06");
  });

  it("puts the submitter's facts before the trial's, but never hides that a system is simulated", () => {
    const facts = {
      format: "ceteris.mlperf-facts/1",
      system: { status: "available", system_name: "Ours", framework: "vLLM, ours", host_processors_per_node: 2 },
      measurements: { weight_transformations: "none at all" },
      calibration: "By hand.",
    } as const;
    const { files, folder } = treeOf(pairOf("measured"), { ...options, facts });
    const measured = JSON.parse(files.get("open/ours/systems/1xExample-H100-fp8.json") ?? "") as object;
    expect(measured).toMatchObject({
      status: "available",
      system_name: "Ours",
      framework: "vLLM, ours",
      host_processors_per_node: "2",
    });
    expect(JSON.parse(files.get(`${folder}/measurements.json`) ?? "")).toMatchObject({
      weight_transformations: "none at all",
      weight_data_types: "fp8",
    });
    expect(files.get("open/ours/documentation/calibration.md")).toContain("quantization fp8.\nBy hand.");
    const simulated = treeOf(pairOf("simulated"), { ...options, facts }).files;
    const name = "SIMULATED-1xExample-H100-fp8";
    expect(JSON.parse(simulated.get(`open/SIMULATED-ours/systems/${name}.json`) ?? "")).toMatchObject({
      status: "SIMULATED",
      system_name: name,
    });
  });

  it("says SIMULATED in each file and in the names of its folders", () => {
    const { files } = treeOf(pairOf("simulated"), options);
    for (const [path, text] of files) {
      expect(path).toContain("SIMULATED-ours/");
      // An empty list of answers has no room for a word.
      if (!path.endsWith("mlperf_log_accuracy.json")) expect(text).toContain("SIMULATED");
    }
  });
});

it("truncatedLog keeps both ends of a log that is too long, as MLPerf's own script does", () => {
  const log = Array.from({ length: 400 }, (_, at) => String(at % 10)).join("");
  expect(truncatedLog(log.slice(1), submission)).toBe(log.slice(1));
  expect(truncatedLog(log, submission)).toBe(`${log.slice(0, 100)}\n\n...\n\n${log.slice(300)}`);
});

describe("accuracyLog", () => {
  const mark = { ...someMark, simulated: true };
  it("is read back, says what its bytes are, and that they are simulated", () => {
    const answers = [
      { sequence: 1, sample: 7, text: "né", tokens: 2 },
      { sequence: 0, sample: 3, text: "", tokens: null },
    ];
    const text = accuracyLog(mark, answers);
    expect(parseLoadgenAccuracy(text)).toEqual([
      { sequence: 1, sample: 7, data: "6EC3A9" },
      { sequence: 0, sample: 3, data: "" },
    ]);
    expect(JSON.parse(text)).toMatchObject([
      { seq_id: 1, token_count: 2, data_is: "utf-8 text", made_by: "SIMULATED, ceteris 0.0.0" },
      { seq_id: 0, qsl_idx: 3 },
    ]);
    // To the letter what LoadGen leaves after a performance run.
    expect(accuracyLog(mark, [])).toBe("[\n]\n");
  });

  it("is summed up in the form that the checker's patterns find", () => {
    const text = accuracyText(
      { rouge1: 38.77921, rouge2: 15.9, rougeL: 24.5, rougeLsum: 35.8, genLen: 8_167_644, genNum: 13_368 },
      ["head"],
      "0f",
    );
    // Patterns of submission_checker/constants.py, ACC_PATTERN.
    expect(/.*'rouge1':\s+'?([\d.]+)'?.*/.exec(text)?.[1]).toBe("38.7792");
    expect(/.*'gen_len':\s([\d.]+).*/.exec(text)?.[1]).toBe("8167644");
    expect(/^hash=([\w\d]+)$/m.exec(text)?.[1]).toBe("0f");
  });
});
