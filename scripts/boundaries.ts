import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";

/** What each stage of `src/` may import: the one place that says so. `oxlint.config.ts` enforces it, `tests/boundaries.test.ts` plants a violation of each line. */
export interface Stage {
  /** Folders of `src/` that it may import, beside itself. */
  stages: string[];
  /** True of a stage that puts other stages together: it imports the `index.ts` of each, and nothing deeper. The leaves have none. */
  combines?: true;
  /** Node's own modules and packages that it may import; all others are refused. */
  modules: string[];
}

const leaves = ["schema", "math"];
/** Nothing of these touches the outside: they are strings, hashes and arithmetic. */
const harmless = ["node:path", "node:crypto", "node:util"];

export const stages: Record<string, Stage> = {
  schema: { stages: [], modules: ["typebox", "node:crypto"] },
  math: { stages: [], modules: [] },
  world: { stages: ["schema"], modules: ["node:*", "execa", "undici"] },
  matrix: { stages: leaves, modules: ["yaml", "ajv", "typebox", "typebox/*", "node:path", "node:crypto"] },
  design: { stages: leaves, modules: ["typebox"] },
  engine: { stages: [...leaves, "world"], modules: harmless },
  dataset: { stages: [...leaves, "world"], modules: harmless },
  // The hot path stamps a token when its bytes arrive: nothing may stand between it and the socket or the clock.
  client: {
    stages: [...leaves, "world"],
    // Workers are processes, finished requests go to disk while others are in flight, and V8's helpers give way;
    // the name of a server is looked up once for all connections.
    modules: [
      ...harmless,
      "undici",
      "node:dns",
      "node:net",
      "node:tls",
      "node:perf_hooks",
      "node:child_process",
      "node:fs",
      "node:os",
      "node:zlib",
    ],
  },
  telemetry: { stages: [...leaves, "world"], modules: harmless },
  metrics: { stages: leaves, modules: [] },
  checks: { stages: leaves, modules: [] },
  analysis: { stages: leaves, modules: [] },
  // Parquet is written by ourselves, as it is made: DuckDB would hold a whole trial in memory.
  store: { stages: [...leaves, "world"], modules: [...harmless, "@duckdb/node-api", "node:fs", "node:zlib"] },
  index: { stages: [...leaves, "world"], modules: [...harmless, "@duckdb/node-api"] },
  report: { stages: leaves, modules: ["handlebars", "markdown-it", "d3-scale", "vega", "vega-lite", "node:crypto"] },
  mirrors: { stages: [...leaves, "world"], modules: harmless },
  executors: { stages: [...leaves, "world"], modules: harmless },
  importers: { stages: leaves, modules: [] },
  exporters: { stages: leaves, modules: [] },
  // A server of ours: sockets and real time are what it is made of.
  simulator: {
    stages: [...leaves, "world"],
    modules: [...harmless, "node:http", "node:perf_hooks", "node:timers", "node:timers/promises"],
  },
  // Before a run: the matrix, data sets and earlier trials are read, and nothing is written.
  plan: {
    combines: true,
    stages: [...leaves, "world", "matrix", "design", "dataset", "metrics", "analysis", "store"],
    modules: harmless,
  },
  run: {
    combines: true,
    stages: [
      ...leaves,
      "world",
      "plan",
      "design",
      "engine",
      "dataset",
      "client",
      "telemetry",
      "metrics",
      "checks",
      "store",
      "mirrors",
    ],
    modules: harmless,
  },
  commands: {
    combines: true,
    stages: [
      ...leaves,
      "world",
      "matrix",
      "design",
      "plan",
      "engine",
      "dataset",
      "client",
      "telemetry",
      "metrics",
      "checks",
      "run",
      "executors",
      "analysis",
      "store",
      "index",
      "report",
      "mirrors",
      "importers",
      "exporters",
      "simulator",
    ],
    // A site's charts are drawn by a thread of their own.
    modules: [...harmless, "listr2", "node:worker_threads"],
  },
  cli: {
    stages: ["schema", "world", "commands"],
    modules: ["@stricli/core", "node:process", "node:url", "node:path", "node:module"],
  },
};

interface Override {
  files: string[];
  rules: {
    "no-restricted-imports": ["error", { patterns: { regex: string; message: string }[] }];
    "no-restricted-globals"?: ["error", ...string[]];
  };
}

/** Stages that are made of sockets, clocks and processes; all others get them from the world. */
const touchGlobals = new Set(["world", "cli", "client", "simulator", "commands"]);

/** Every module there is: Node's, with and without its prefix, and the packages that we depend on. Others knip refuses. */
function everyModule(): string[] {
  const builtin = builtinModules.filter((name) => !name.startsWith("_")).map((name) => name.replace(/^node:/, ""));
  const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return [...builtin.map((name) => `node:${name}`), ...builtin, ...Object.keys(dependencies)];
}

/** Lint rules, one for each stage: refuse every folder and module that its row does not name. The linter's expressions know no look-ahead, so what is refused is listed. */
export function boundaryOverrides(): Override[] {
  const modules = everyModule();
  return Object.entries(stages).flatMap(([name, stage]) => {
    const refusedStages = Object.keys(stages).filter((other) => other !== name && !stage.stages.includes(other));
    const refusedModules = modules.filter((module) => !stage.modules.some((allowed) => allows(allowed, module)));
    const deeper = stage.combines === true ? stage.stages.filter((other) => !leafStages.has(other)) : [];
    const modulePattern = {
      regex: `^(${refusedModules.map((module) => escaped(module)).join("|")})(/.*)?$`,
      message: `${name}/ must not import that module: scripts/boundaries.ts`,
    };
    // A stage has folders that are called like other stages (`client/plan`): what leaves a stage goes up as far as its file lies deep.
    return depths.map((depth) => ({
      files: [`src/${name}/${"*/".repeat(depth - 1)}*.ts`],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: [
              {
                regex: String.raw`^(\.\./){${depth}}(src/)?(${refusedStages.join("|")})/`,
                message: `${name}/ must not import that stage: scripts/boundaries.ts`,
              },
              ...(deeper.length === 0
                ? []
                : [
                    {
                      regex: String.raw`^(\.\./){${depth}}(src/)?(${deeper.join("|")})/${otherThan("index.ts")}`,
                      message: `${name}/ imports the index.ts of a stage and nothing deeper: scripts/boundaries.ts`,
                    },
                  ]),
              modulePattern,
            ],
          },
        ],
        ...(touchGlobals.has(name) ? {} : { "no-restricted-globals": globals }),
      },
    }));
  });
}

/** Stages that all others may import, file by file. */
const leafStages = new Set([...leaves, "world"]);

/** An expression for every text but this one: so much of it, then another character; or all of it and more. */
function otherThan(text: string): string {
  const characters = text.split("");
  const departures = characters.map((character, place) => `${escaped(text.slice(0, place))}[^${character}].*`);
  return `(${[...departures, `${escaped(text)}.+`].join("|")})$`;
}

/** A text as an expression that matches it alone. */
function escaped(text: string): string {
  return text.replaceAll(/[.+?^$()[\]{}|\\/-]/g, String.raw`\$&`);
}

/** How deep a file may lie in `src/`. */
const depths = [1, 2, 3, 4];

const globals: ["error", ...string[]] = ["error", "process", "setTimeout", "setInterval", "fetch", "performance"];

function allows(allowed: string, module: string): boolean {
  return allowed.endsWith("*") ? module.startsWith(allowed.slice(0, -1)) : module === allowed;
}
