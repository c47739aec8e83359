import {
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Application,
  type TypedCommandParameters,
} from "@stricli/core";
import { exitCodes } from "../schema/exit-code.ts";
import { fileFault } from "../world/file-fault.ts";
import type { World } from "../world/world.ts";
import type { Context } from "./context.ts";
import { flags } from "./flags.ts";
import { textFor } from "./text.ts";

type Implementation<Options> = (world: World, options: Options, signal: AbortSignal) => Promise<number>;

const parse = (text: string): string => text;

/**
 * A command: its words here, its work in `src/commands/`, loaded only when it is called.
 * Positional arguments arrive among the options under the names given.
 */
function command<Options extends object>(declaration: {
  brief: string;
  full?: string;
  flags: Record<string, unknown>;
  positional?: { name: keyof Options & string; brief: string; optional?: boolean; rest?: boolean }[];
  load: () => Promise<Implementation<Options>>;
}) {
  const positional = declaration.positional ?? [];
  const rest = positional.find((argument) => argument.rest);
  return buildCommand<Record<string, unknown>, string[], Context>({
    docs: {
      brief: declaration.brief,
      ...(declaration.full === undefined ? {} : { fullDescription: declaration.full }),
    },
    parameters: {
      flags: declaration.flags,
      positional: rest
        ? { kind: "array", parameter: { brief: rest.brief, parse, placeholder: rest.name } }
        : {
            kind: "tuple",
            parameters: positional.map(({ name, brief, optional }) => ({
              brief,
              parse,
              placeholder: name,
              ...(optional ? { optional: true } : {}),
            })),
          },
    } as unknown as TypedCommandParameters<Record<string, unknown>, string[], Context>,
    async func(given, ...texts) {
      const named = rest
        ? { [rest.name]: texts }
        : Object.fromEntries(positional.map(({ name }, place) => [name, texts[place]]));
      const implementation = await declaration.load();
      try {
        this.process.exitCode = await implementation(this.world, { ...given, ...named } as Options, this.signal);
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

const exports = buildRouteMap({
  routes: {
    mlperf: command({
      brief: "MLPerf's submission tree from stored trials, marked as made by Ceteris",
      flags: { ...flags.results, ...flags.exportMlperf },
      positional: [{ name: "study", brief: "the study's name, or its matrix file" }],
      load: async () => (await import("../commands/export-mlperf.ts")).exportMlperfCommand,
    }),
  },
  docs: { brief: "Results in the forms of other programs" },
});

const routes = buildRouteMap({
  routes: {
    plan: command({
      brief: "Expand, lint, order and estimate a matrix; touches nothing",
      flags: { ...flags.planning, ...flags.results, json: flags.json, showCommand: flags.showCommand },
      positional: [{ name: "matrix", brief: "the matrix file" }],
      load: async () => (await import("../commands/plan.ts")).planCommand,
    }),
    run: command({
      brief: "Do what the plan says and is not done yet",
      flags: { ...flags.planning, ...flags.results, ...flags.running, json: flags.json },
      positional: [{ name: "matrix", brief: "the matrix file" }],
      load: async () => (await import("../commands/run.ts")).runCommand,
    }),
    bench: command({
      brief: "One workload against one running endpoint, no matrix: flags instead",
      flags: { ...flags.bench, ...flags.results, json: flags.json },
      positional: [{ name: "url", brief: "where the server answers: http://host:port" }],
      load: async () => (await import("../commands/bench.ts")).benchCommand,
    }),
    status: command({
      brief: "How far a study is, from its folders; also while it runs",
      flags: { ...flags.results, json: flags.json },
      positional: [
        {
          name: "study",
          brief: "the study's name, or its matrix file; all studies where it is missing",
          optional: true,
        },
      ],
      load: async () => (await import("../commands/status.ts")).statusCommand,
    }),
    report: command({
      brief: "Render a study's report from the results",
      flags: { ...flags.results, out: flags.out },
      positional: [{ name: "study", brief: "the study's name, or its matrix file" }],
      load: async () => (await import("../commands/report.ts")).reportCommand,
    }),
    compare: command({
      brief: "Two or more trials, experiments or studies, each against the first",
      flags: { ...flags.results, ...flags.compare, format: flags.format, out: flags.out },
      positional: [
        { name: "operands", brief: "a STUDY, a STUDY/EXPERIMENT, a trial's id, or a folder of results", rest: true },
      ],
      load: async () => (await import("../commands/compare.ts")).compareCommand,
    }),
    query: command({
      brief: "Ask the documented views in SQL",
      flags: { ...flags.results, format: flags.format, out: flags.out },
      positional: [{ name: "sql", brief: "the question, in DuckDB's SQL" }],
      load: async () => (await import("../commands/query.ts")).queryCommand,
    }),
    index: command({
      brief: "Rebuild DuckDB from the results folders",
      flags: { ...flags.results },
      load: async () => (await import("../commands/index-results.ts")).indexCommand,
    }),
    sync: command({
      brief: "Send to MLflow what it lacks",
      flags: { ...flags.results, tracking: flags.tracking },
      positional: [{ name: "study", brief: "the study's name; all studies where it is missing", optional: true }],
      load: async () => (await import("../commands/sync.ts")).syncCommand,
    }),
    verify: command({
      brief: "Check every trial's files against its manifest",
      flags: { ...flags.results, json: flags.json },
      positional: [{ name: "study", brief: "the study's name; all studies where it is missing", optional: true }],
      load: async () => (await import("../commands/verify.ts")).verifyCommand,
    }),
    loadgen: command({
      brief: "The official LoadGen against one running endpoint, by a ruleset",
      flags: { ...flags.loadgen, json: flags.json },
      positional: [{ name: "url", brief: "where the server answers: http://host:port" }],
      load: async () => (await import("../commands/loadgen.ts")).loadgenCommand,
    }),
    export: exports,
    score: command({
      brief: 'ROUGE of {"prediction", "reference"} lines, mean and each',
      flags: { json: flags.json, split: flags.split },
      positional: [{ name: "file", brief: "a JSONL file" }],
      load: async () => (await import("../commands/score.ts")).scoreCommand,
    }),
  },
  docs: {
    brief: "Experiment matrices for LLM inference servers: what each knob did, with evidence",
  },
});

/** The command line, with texts that know which command was meant. `colour`: escape sequences may go to a terminal. */
export function applicationFor(called: string | undefined, colour: boolean): Application<Context> {
  return buildApplication(routes, {
    name: "ceteris",
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: !colour },
    localization: { text: textFor(called) },
  });
}
