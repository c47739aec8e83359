import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Delivery, SentTrial, StudyMeta, TimeSeries } from "../../src/mirrors/index.ts";
import { sendTrials } from "../../src/mirrors/mlflow/send.ts";
import { mlflowConfig } from "../../src/mirrors/mlflow/config.ts";
import type { Conclusion } from "../../src/schema/analysis.ts";
import { toDisk } from "../../src/schema/disk.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { manifestText } from "../../src/store/manifest.ts";
import { realFiles } from "../../src/world/files.ts";
import type { World } from "../../src/world/world.ts";
import { fakeMlflow, type FakeRun } from "./fake-mlflow.ts";
import { fakeExperiment, fakeTrial, type FakeTrialOptions } from "./fake-trials.ts";

const fp8 = fakeExperiment("fp8", 1, { quantization: "fp8" });

/** A trial's folder and its launch's as far as a mirror looks at them. */
export function sentTrial(trial: Trial, resultsFolder: string): SentTrial & { launchFolder: string } {
  const study = join(resultsFolder, trial.study);
  const folder = join(study, trial.spec.experimentId, trial.spec.trialId);
  const launchFolder = join(study, "launches", trial.launchId ?? "none");
  for (const path of [folder, launchFolder]) mkdirSync(path, { recursive: true });
  const contents = {
    "requests.parquet": Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 255]),
    "trial.json": Buffer.from(JSON.stringify(toDisk(trial))),
  };
  const entries = Object.entries(contents).map(([path, content]) => {
    writeFileSync(join(folder, path), content);
    return { path, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
  });
  writeFileSync(join(folder, "MANIFEST.json"), manifestText(entries));
  writeFileSync(join(launchFolder, "launch.json"), "{}\n");
  writeFileSync(join(launchFolder, "server.log"), "INFO ready\n");
  return { trial, folder, launchFolder };
}

export const fakeStudyMeta: StudyMeta = {
  name: "fake-study",
  question: "Which knobs add up?",
  origin: "measured",
  standIn: null,
};

/** What a study concludes of one change. */
export const fakeConclusion: Conclusion = {
  answer: "Ship fp8 x.",
  asOf: "2026-01-01T02:10:00.000Z",
  changes: [
    {
      change: "fp8 x",
      outcome: "SHIP",
      because: "better",
      figure: "output tok/s",
      ratio: 1.25,
      interval: { lower: 1.2, upper: 1.3 },
    },
  ],
};

/** A figure over time, a point each millisecond. */
export const fakeSeries = (name: string, count: number, startMs: number): TimeSeries => ({
  name,
  unit: "requests",
  points: Array.from({ length: count }, (_, step) => ({ timeMs: startMs + step, value: step % 7, step })),
});

/** A server, a world that reaches nothing else, and the pauses that were asked for. */
export function mlflowLab(variables: Record<string, string> = {}, server = fakeMlflow()) {
  const pauses: number[] = [];
  let nowMs = 0;
  const world = {
    files: realFiles,
    variables: { MLFLOW_TRACKING_URI: "http://mlflow.test", ...variables },
    network: { request: (request: Parameters<World["network"]["request"]>[0]) => server.request(request) },
    clock: {
      nowNs: () => BigInt(nowMs) * 1_000_000n,
      wall: () => "2026-01-01T00:00:00.000Z",
      sleep: (ms: number) => {
        pauses.push(ms);
        nowMs += ms;
        return Promise.resolve();
      },
    },
  } as unknown as World;
  const config = mlflowConfig(world, null);
  if (!config.ok || !config.value) throw new Error(JSON.stringify(config));
  const { value } = config;
  return { server, world, config: value, pauses, send: (what: Delivery) => sendTrials(world, value, what) };
}

/** Trials of one experiment with their folders below `folder`. */
export function delivery(folder: string, options: FakeTrialOptions[] = [{}], more: Partial<Delivery> = {}): Delivery {
  return { study: fakeStudyMeta, trials: options.map((option) => sentTrial(fakeTrial(fp8, option), folder)), ...more };
}

export const children = (runs: FakeRun[]) => runs.filter(({ tags }) => tags.has("mlflow.parentRunId"));
export const only = (runs: FakeRun[]): FakeRun => {
  const [child] = children(runs);
  if (!child || children(runs).length > 1) throw new Error(`${children(runs).length} runs`);
  return child;
};
