import {
  buildCommand,
  buildRouteMap,
  type BaseArgs,
  type BaseFlags,
  type Command,
  type RouteMap,
  type TypedCommandParameters,
} from "@stricli/core";
import type { BenchOptions } from "../commands/bench/bench-options.ts";
import type { CancelOptions } from "../commands/cancel.ts";
import type { CapacityOptions } from "../commands/capacity.ts";
import type { CatalogueOptions } from "../commands/catalogue.ts";
import type { CompareOptions } from "../commands/compare.ts";
import type { DoctorOptions } from "../commands/doctor.ts";
import type { ExportMlperfOptions } from "../commands/export-mlperf.ts";
import type { InitOptions } from "../commands/init.ts";
import type { LoadgenOptions } from "../commands/loadgen.ts";
import type { PlanOptions } from "../commands/plan.ts";
import type { QueryOptions } from "../commands/query.ts";
import type { ReportOptions } from "../commands/report.ts";
import type { ResultsOptions } from "../commands/results-folder.ts";
import type { RunOptions } from "../commands/run.ts";
import type { ScoreOptions } from "../commands/score.ts";
import type { SignOptions } from "../commands/sign.ts";
import type { SiteOptions } from "../commands/site.ts";
import type { StatusOptions } from "../commands/status.ts";
import type { SyncOptions } from "../commands/sync.ts";
import type { VerifyOptions } from "../commands/verify.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fileFault } from "../world/file-fault.ts";
import { benchFlags } from "./bench-flags.ts";
import type { Context } from "./context.ts";
import {
  capacityFlags,
  catalogueFlags,
  compareFlags,
  compareFormatFlags,
  doctorFlags,
  exportMlperfFlags,
  initFlags,
  jsonFlag,
  loadgenFlags,
  planFlags,
  planningFlags,
  reportFlags,
  resultsFlags,
  rowFlags,
  runFlags,
  scoreFlags,
  signFlags,
  siteFlags,
  statusFlags,
  syncFlags,
  verifyFlags,
} from "./flags.ts";
import { listCommands } from "./listing.ts";

/** A command: its words and flags here, typed by the options of its work in `src/commands/`, which is loaded only when it is called. */
function command<const Flags extends BaseFlags, const Args extends BaseArgs = []>(declaration: {
  brief: string;
  parameters: TypedCommandParameters<Flags, Args, Context>;
  run: (context: Context, flags: Flags, ...args: Args) => Promise<number>;
}): Command<Context> {
  return buildCommand<Flags, Args, Context>({
    docs: { brief: declaration.brief },
    parameters: declaration.parameters,
    async func(flags, ...args) {
      try {
        this.process.exitCode = await declaration.run(this, flags, ...args);
      } catch (error) {
        // A user's file or folder that is not as it should be is no internal error, wherever it is found.
        const found = fileFault(error);
        if (found === null) throw error;
        this.process.stderr.write(`ceteris: ${found.message}\n  ${found.hint}\n`);
        this.process.exitCode = exitCodes.misconfigured;
      }
    },
  });
}

type NoFlags = Readonly<Record<string, never>>;

const parse = (text: string): string => text;

/** The one argument of a command. */
function one(placeholder: string, brief: string) {
  return { kind: "tuple", parameters: [{ placeholder, brief, parse }] } as const;
}

/** The same, which may be left out. */
function atMostOne(placeholder: string, brief: string) {
  return { kind: "tuple", parameters: [{ placeholder, brief, parse, optional: true }] } as const;
}

/** Any number of arguments. */
function rest(placeholder: string, brief: string) {
  return { kind: "array", parameter: { placeholder, brief, parse } } as const;
}

const matrix = one("matrix", "the matrix file");
const url = one("url", "where the server answers: http://host:port; host:port is enough");
/** Where `vllm serve` listens if nobody says anything else. */
const usualUrl = "http://127.0.0.1:8000";
const anyUrl = atMostOne("url", `where the server answers: http://host:port; ${usualUrl} if it is left out`);
const study = one("study", "the study's name, or its matrix file");
const anyStudy = atMostOne("study", "the study's name, or its matrix file; all studies if it is left out");

/** Every command: the help, the completions and the tables of the docs are made from this list. */
export const routes: RouteMap<Context> = buildRouteMap<string, Context>({
  docs: { brief: "Experiment matrices for LLM inference servers: what each knob did, with evidence" },
  routes: {
    doctor: command<Omit<DoctorOptions, "subject">, [string?]>({
      brief: "Machine, engine, data and load generator: what would go wrong, before anything is measured",
      parameters: {
        flags: { ...doctorFlags, ...resultsFlags, ...jsonFlag },
        positional: atMostOne(
          "subject",
          "a matrix file, or where a server answers; this machine alone if it is left out",
        ),
      },
      run: async ({ world, signal }, flags, subject) =>
        (await import("../commands/doctor.ts")).doctorCommand(
          world,
          { ...flags, ...(subject === undefined ? {} : { subject }) },
          signal,
        ),
    }),
    init: command<Omit<InitOptions, "folder">, [string?]>({
      brief: "A new study: a commented matrix, its fragments, and a workflow with a gate",
      parameters: {
        flags: initFlags,
        positional: atMostOne("dir", "the folder; the working folder where it is left out"),
      },
      run: async ({ world }, flags, folder) =>
        (await import("../commands/init.ts")).initCommand(world, {
          ...flags,
          ...(folder === undefined ? {} : { folder }),
        }),
    }),
    plan: command<Omit<PlanOptions, "matrix">, [string]>({
      brief: "Expand, lint, order and estimate a matrix; touches nothing",
      parameters: {
        flags: { ...planningFlags, ...resultsFlags, ...jsonFlag, ...planFlags },
        positional: matrix,
      },
      run: async ({ world }, flags, file) =>
        (await import("../commands/plan.ts")).planCommand(world, { ...flags, matrix: file }),
    }),
    run: command<Omit<RunOptions, "matrix">, [string]>({
      brief: "Do what the plan says and is not done yet",
      parameters: {
        flags: { ...planningFlags, ...resultsFlags, ...runFlags, ...jsonFlag },
        positional: matrix,
      },
      run: async ({ world, signal }, flags, file) =>
        (await import("../commands/run.ts")).runCommand(world, { ...flags, matrix: file }, signal),
    }),
    bench: command<Omit<BenchOptions, "url">, [string?]>({
      brief:
        "One workload against one running endpoint, no matrix; a line of vllm bench serve, AIPerf or GuideLLM works behind it",
      parameters: { flags: { ...benchFlags, ...resultsFlags, ...jsonFlag }, positional: anyUrl },
      run: async ({ world, signal }, flags, address = usualUrl) =>
        (await import("../commands/bench.ts")).benchCommand(world, { ...flags, url: address }, signal),
    }),
    catalogue: command<Omit<CatalogueOptions, "engine">, [string]>({
      brief: "The options of the engine that is installed, as a file that `sut.version` finds",
      parameters: { flags: catalogueFlags, positional: one("engine", "an engine file: vllm") },
      run: async ({ world }, flags, engine) =>
        (await import("../commands/catalogue.ts")).catalogueCommand(world, { ...flags, engine }),
    }),
    status: command<Omit<StatusOptions, "study">, [string?]>({
      brief: "How far a study is, from its folders; also while it runs",
      parameters: { flags: { ...resultsFlags, ...jsonFlag, ...statusFlags }, positional: anyStudy },
      run: async ({ world, signal }, flags, name) =>
        (await import("../commands/status.ts")).statusCommand(world, withStudy(flags, name), signal),
    }),
    cancel: command<Omit<CancelOptions, "study">, [string]>({
      brief: "End what was handed out of a study and is not done; what was measured stays",
      parameters: { flags: resultsFlags, positional: study },
      run: async ({ world }, flags, name) =>
        (await import("../commands/cancel.ts")).cancelCommand(world, { ...flags, study: name }),
    }),
    report: command<Omit<ReportOptions, "study">, [string]>({
      brief: "Render a study's report from the results",
      parameters: { flags: { ...resultsFlags, ...reportFlags }, positional: study },
      run: async ({ world }, flags, name) =>
        (await import("../commands/report.ts")).reportCommand(world, { ...flags, study: name }),
    }),
    compare: command<Omit<CompareOptions, "operands">, string[]>({
      brief: "Two or more trials, experiments or studies, each against the first",
      parameters: {
        flags: { ...resultsFlags, ...compareFlags, ...compareFormatFlags },
        positional: rest("operands", "a STUDY, a STUDY/EXPERIMENT, a trial's id, or a folder of results"),
      },
      run: async ({ world }, flags, ...operands) =>
        (await import("../commands/compare.ts")).compareCommand(world, { ...flags, operands }),
    }),
    capacity: command<Omit<CapacityOptions, "study">, [string]>({
      brief: "Instances and GPUs for a rate under the SLO, from measured sweeps and peaks",
      parameters: { flags: { ...resultsFlags, ...capacityFlags, ...rowFlags }, positional: study },
      run: async ({ world }, flags, name) =>
        (await import("../commands/capacity.ts")).capacityCommand(world, { ...flags, study: name }),
    }),
    query: command<Omit<QueryOptions, "sql">, [string]>({
      brief: "Ask the documented views in SQL",
      parameters: { flags: { ...resultsFlags, ...rowFlags }, positional: one("sql", "the question, in DuckDB's SQL") },
      run: async ({ world }, flags, sql) =>
        (await import("../commands/query.ts")).queryCommand(world, { ...flags, sql }),
    }),
    index: command<Pick<ResultsOptions, "results">>({
      brief: "Rebuild DuckDB from the results folders",
      parameters: { flags: resultsFlags },
      run: async ({ world }, flags) => (await import("../commands/index-results.ts")).indexCommand(world, flags),
    }),
    sync: command<Omit<SyncOptions, "study">, [string?]>({
      brief: "Send to MLflow what it lacks, and the report",
      parameters: { flags: { ...resultsFlags, ...syncFlags }, positional: anyStudy },
      run: async ({ world }, flags, name) =>
        (await import("../commands/sync.ts")).syncCommand(world, withStudy(flags, name)),
    }),
    verify: command<Omit<VerifyOptions, "study">, [string?]>({
      brief: "Check every file of a study against the manifests, and who signed them",
      parameters: { flags: { ...resultsFlags, ...jsonFlag, ...verifyFlags }, positional: anyStudy },
      run: async ({ world }, flags, name) =>
        (await import("../commands/verify.ts")).verifyCommand(world, withStudy(flags, name)),
    }),
    sign: command<Omit<SignOptions, "study">, [string?]>({
      brief: "Sign a study's manifests with an Ed25519 key, or make such a key",
      parameters: {
        flags: { ...resultsFlags, ...signFlags },
        positional: atMostOne("study", "the study's name, or its matrix file; may be left out with --new-key"),
      },
      run: async ({ world }, flags, name) =>
        (await import("../commands/sign.ts")).signCommand(world, withStudy(flags, name)),
    }),
    loadgen: command<Omit<LoadgenOptions, "url">, [string]>({
      brief: "The official LoadGen against one running endpoint, by a ruleset",
      parameters: { flags: { ...loadgenFlags, ...jsonFlag }, positional: url },
      run: async ({ world, signal }, flags, address) =>
        (await import("../commands/loadgen.ts")).loadgenCommand(world, { ...flags, url: address }, signal),
    }),
    export: buildRouteMap<string, Context>({
      docs: { brief: "Results in the forms of other programs" },
      routes: {
        mlperf: command<Omit<ExportMlperfOptions, "study">, [string]>({
          brief: "MLPerf's submission tree from stored trials, marked as made by Ceteris",
          parameters: { flags: { ...resultsFlags, ...exportMlperfFlags }, positional: study },
          run: async ({ world }, flags, name) =>
            (await import("../commands/export-mlperf.ts")).exportMlperfCommand(world, { ...flags, study: name }),
        }),
      },
    }),
    site: buildRouteMap<string, Context>({
      docs: { brief: "Pages over many studies, for any static host" },
      routes: {
        build: command<Pick<SiteOptions, "results" | "out">>({
          brief: "A leaderboard of all studies of a results folder; makes what changed",
          parameters: { flags: { ...resultsFlags, ...siteFlags } },
          run: async ({ world }, flags) => (await import("../commands/site.ts")).siteBuildCommand(world, flags),
        }),
      },
    }),
    score: command<Omit<ScoreOptions, "file">, [string]>({
      brief: 'ROUGE of {"prediction", "reference"} lines, mean and each',
      parameters: { flags: { ...jsonFlag, ...scoreFlags }, positional: one("file", "a JSONL file") },
      run: async ({ world }, flags, file) =>
        (await import("../commands/score.ts")).scoreCommand(world, { ...flags, file }),
    }),
    serveSimulated: command<NoFlags, string[]>({
      brief: "The simulated engine on its own; takes the model and the flags of `vllm serve`",
      parameters: { flags: {}, positional: rest("model", "the model, then flags of `vllm serve` as they are") },
      run: async ({ world, signal }, _, ...argv) =>
        (await import("../commands/serve-simulated.ts")).serveSimulatedCommand(world, { argv }, signal),
    }),
    completions: command<NoFlags, [string]>({
      brief: "A script that completes commands and flags in your shell",
      parameters: { flags: {}, positional: one("shell", "bash, zsh or fish") },
      run: async ({ world }, _, shell) =>
        (await import("./completions.ts")).completionsCommand(world, shell, listCommands(routes)),
    }),
  },
});

function withStudy<Flags>(flags: Flags, name: string | undefined): Flags & { study?: string } {
  return { ...flags, ...(name === undefined ? {} : { study: name }) };
}
