import { buildCommand, buildRouteMap, type Command, type RouteMap, type TypedCommandParameters } from "@stricli/core";
import { benchFlags } from "../commands/bench/bench-flags.ts";
import type { OptionsOf } from "../commands/flag-kinds.ts";
import * as flags from "../commands/flags.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fileFault } from "../world/file-fault.ts";
import type { World } from "../world/world.ts";
import type { Context } from "./context.ts";
import { listCommands } from "./listing.ts";

type Parameters = Command<Context>["parameters"];
type Positional = NonNullable<Parameters["positional"]>;

/** The arguments of a command, and the option that its work gets them as. */
interface Argument<Option> {
  positional: Positional;
  optionOf(words: readonly string[]): Option;
}

/** A command: its words and flags here, its work in `src/commands/`, which is loaded only when it is called. */
function command<const Flags extends NonNullable<Parameters["flags"]>, Option = object>(declaration: {
  brief: string;
  flags: Flags;
  argument?: Argument<Option>;
  load: () => Promise<(world: World, options: OptionsOf<Flags> & Option, signal: AbortSignal) => Promise<number>>;
}): Command<Context> {
  const { brief, flags: own, argument, load } = declaration;
  type Typed = TypedCommandParameters<Readonly<Record<string, unknown>>, string[], Context>;
  return buildCommand<Readonly<Record<string, unknown>>, string[], Context>({
    docs: { brief },
    // What they are parsed to is `OptionsOf`, by the same declarations.
    parameters: { flags: own, positional: argument?.positional ?? none } as unknown as Typed,
    async func(given, ...words) {
      try {
        const options = { ...given, ...argument?.optionOf(words) } as OptionsOf<Flags> & Option;
        this.process.exitCode = await (await load())(this.world, options, this.signal);
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

const parse = (text: string): string => text;
const none = { kind: "tuple", parameters: [] } as const;

/** The one argument of a command: the option that it becomes, and what the help calls it. */
function one<const Name extends string>(name: Name, brief: string): Argument<{ [Option in Name]: string }> {
  return {
    positional: { kind: "tuple", parameters: [{ placeholder: name, brief, parse }] },
    optionOf: ([word = ""]) => ({ [name]: word }) as { [Option in Name]: string },
  };
}

/** The same, which may be left out. */
function atMostOne<const Name extends string>(
  name: Name,
  brief: string,
  placeholder: string = name,
): Argument<{ [Option in Name]?: string }> {
  return {
    positional: { kind: "tuple", parameters: [{ placeholder, brief, parse, optional: true }] },
    optionOf: ([word]) => (word === undefined ? {} : { [name]: word }) as { [Option in Name]?: string },
  };
}

/** Any number of arguments. */
function rest<const Name extends string>(
  name: Name,
  brief: string,
  placeholder: string = name,
): Argument<{ [Option in Name]: readonly string[] }> {
  return {
    positional: { kind: "array", parameter: { placeholder, brief, parse } } as unknown as Positional,
    optionOf: (words) => ({ [name]: words }) as { [Option in Name]: readonly string[] },
  };
}

const matrix = one("matrix", "the matrix file");
const study = one("study", "the study's name, or its matrix file");
const anyStudy = atMostOne("study", "the study's name, or its matrix file; all studies if it is left out");
/** Where `vllm serve` listens if nobody says anything else. */
const usualUrl = "http://127.0.0.1:8000";

/** In a line, what the program is for. */
export const purpose = "Experiment matrices for LLM inference servers: what each knob did, with evidence";

/** Every command: the help, the completions and the tables of the docs are made from this list. */
export const routes: RouteMap<Context> = buildRouteMap<string, Context>({
  docs: { brief: purpose },
  routes: {
    doctor: command({
      brief: "Machine, engine, data and load generator: what would go wrong, before anything is measured",
      flags: flags.doctorFlags,
      argument: atMostOne("subject", "a matrix file, or where a server answers; this machine alone if it is left out"),
      load: async () => (await import("../commands/doctor.ts")).doctorCommand,
    }),
    init: command({
      brief: "A new study: a commented matrix, its fragments, and a workflow with a gate",
      flags: flags.initFlags,
      argument: atMostOne("folder", "the folder; the working folder where it is left out", "dir"),
      load: async () => (await import("../commands/init.ts")).initCommand,
    }),
    plan: command({
      brief: "Expand, lint, order and estimate a matrix; touches nothing",
      flags: flags.planFlags,
      argument: matrix,
      load: async () => (await import("../commands/plan.ts")).planCommand,
    }),
    run: command({
      brief: "Run the trials of the plan that are missing",
      flags: flags.runFlags,
      argument: matrix,
      load: async () => (await import("../commands/run.ts")).runCommand,
    }),
    bench: command({
      brief:
        "One workload against one running endpoint, no matrix; also takes the command lines of vllm bench serve, AIPerf and GuideLLM",
      flags: benchFlags,
      argument: atMostOne("url", `where the server answers: http://host:port; ${usualUrl} if it is left out`),
      async load() {
        const { benchCommand } = await import("../commands/bench.ts");
        return (world, options, signal) => benchCommand(world, { ...options, url: options.url ?? usualUrl }, signal);
      },
    }),
    catalogue: command({
      brief: "The options of the engine that is installed, as a file that `sut.version` finds",
      flags: flags.catalogueFlags,
      argument: one("engine", "an engine file: vllm"),
      load: async () => (await import("../commands/catalogue.ts")).catalogueCommand,
    }),
    status: command({
      brief: "Show a study's progress, also while it runs",
      flags: flags.statusFlags,
      argument: anyStudy,
      load: async () => (await import("../commands/status.ts")).statusCommand,
    }),
    cancel: command({
      brief: "Cancel a study's submitted jobs; what was measured is kept",
      flags: flags.resultsFlags,
      argument: study,
      load: async () => (await import("../commands/cancel.ts")).cancelCommand,
    }),
    report: command({
      brief: "Render a study's report from the results",
      flags: flags.reportFlags,
      argument: study,
      load: async () => (await import("../commands/report.ts")).reportCommand,
    }),
    compare: command({
      brief: "Two or more trials, experiments or studies, each against the first",
      flags: flags.compareFlags,
      argument: rest("operands", "a STUDY, a STUDY/EXPERIMENT, a trial's id, or a folder of results"),
      load: async () => (await import("../commands/compare.ts")).compareCommand,
    }),
    capacity: command({
      brief: "Instances and GPUs for a rate under the SLO, from measured sweeps and peaks",
      flags: flags.capacityFlags,
      argument: study,
      load: async () => (await import("../commands/capacity.ts")).capacityCommand,
    }),
    query: command({
      brief: "Query the documented views in SQL",
      flags: flags.queryFlags,
      argument: one("sql", "the question, in DuckDB's SQL"),
      load: async () => (await import("../commands/query.ts")).queryCommand,
    }),
    index: command({
      brief: "Rebuild DuckDB from the results folders",
      flags: flags.resultsFlags,
      load: async () => (await import("../commands/index-results.ts")).indexCommand,
    }),
    sync: command({
      brief: "Send MLflow the trials that it lacks, and the report",
      flags: flags.syncFlags,
      argument: anyStudy,
      load: async () => (await import("../commands/sync.ts")).syncCommand,
    }),
    verify: command({
      brief: "Check every file of a study against the manifests, and who signed them",
      flags: flags.verifyFlags,
      argument: anyStudy,
      load: async () => (await import("../commands/verify.ts")).verifyCommand,
    }),
    sign: command({
      brief: "Sign a study's manifests with an Ed25519 key, or make such a key",
      flags: flags.signFlags,
      argument: atMostOne("study", "the study's name, or its matrix file; may be left out with --new-key"),
      load: async () => (await import("../commands/sign.ts")).signCommand,
    }),
    loadgen: command({
      brief: "The official LoadGen against one running endpoint, by a ruleset",
      flags: flags.loadgenFlags,
      argument: one("url", "where the server answers: http://host:port; host:port is enough"),
      load: async () => (await import("../commands/loadgen.ts")).loadgenCommand,
    }),
    export: buildRouteMap<string, Context>({
      docs: { brief: "Results in the forms of other programs" },
      routes: {
        mlperf: command({
          brief: "MLPerf's submission tree from stored trials, marked as made by Ceteris",
          flags: flags.exportMlperfFlags,
          argument: study,
          load: async () => (await import("../commands/export-mlperf.ts")).exportMlperfCommand,
        }),
      },
    }),
    site: buildRouteMap<string, Context>({
      docs: { brief: "Pages over many studies, for any static host" },
      routes: {
        build: command({
          brief: "A leaderboard of all studies of a results folder; only pages that changed are made again",
          flags: flags.siteFlags,
          load: async () => (await import("../commands/site.ts")).siteBuildCommand,
        }),
      },
    }),
    score: command({
      brief: 'ROUGE of {"prediction", "reference"} lines: the mean, and the scores of each',
      flags: flags.scoreFlags,
      argument: one("file", "a JSONL file"),
      load: async () => (await import("../commands/score.ts")).scoreCommand,
    }),
    serveSimulated: command({
      brief: "The simulated engine on its own; takes the model and the flags of `vllm serve`",
      flags: {},
      argument: rest("argv", "the model, then flags of `vllm serve` as they are", "model"),
      load: async () => (await import("../commands/serve-simulated.ts")).serveSimulatedCommand,
    }),
    completions: command({
      brief: "A script that completes commands and flags in your shell",
      flags: {},
      argument: one("shell", "bash, zsh or fish"),
      async load() {
        const { completionsCommand } = await import("./completions.ts");
        return (world, { shell }) => completionsCommand(world, shell, listCommands(routes));
      },
    }),
  },
});
