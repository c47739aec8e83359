import { runsAlready, type Engine } from "../../../schema/engine.ts";
import type { Json } from "../../../schema/json.ts";
import type { Assignment } from "../../../schema/knob.ts";
import { flowYaml, listItem, yamlText } from "../../flow-yaml.ts";
import type { Configuration, Load } from "./read-files.ts";

/** What an imported matrix says. */
export interface Imported {
  study: string;
  engine: Engine;
  model: string;
  /** Of a server that runs already. */
  url: string | null;
  configurations: readonly Configuration[];
  loads: readonly Load[];
  /** The fragment that is used where the files name no load: its path from the matrix. */
  workload: string;
}

/** The matrix of another tool's files: configurations are points of one factor, loads points of one axis of the sweep. */
export function importedMatrix({ study, engine, model, url, configurations, loads, workload }: Imported): string {
  const first = configurations[0]?.knobs ?? {};
  const axis = axisOf(loads);
  const isCurve =
    axis !== null && Object.keys(axis.points[0] ?? {}).some((knob) => /^load\.(concurrency|rate)$/.test(knob));
  return [
    "# Made by `ceteris init --from`; yours to change. `ceteris plan` says what each change to it means.",
    `study: ${yamlText(study)}`,
    `question: ${yamlText(configurations.length > 1 ? "Which configuration is best for which load?" : "How does it answer?")}`,
    `sut: ${flowYaml({ engine: engine.name, model, ...(url === null ? {} : { url }) })}`,
    "# The first configuration of the files: the others are compared with it.",
    `baseline: ${flowYaml({ id: nameOf(configurations[0], 0, engine), ...(Object.keys(first).length === 0 ? {} : { knobs: first }) })}`,
    ...designLines(configurations, engine, isCurve),
    ...(axis === null
      ? []
      : [
          "sweep:",
          "  load:",
          ...axis.points.map((point, place) => `    - ${flowYaml({ id: axis.names[place]!, ...point })}`),
        ]),
    "workloads:",
    ...(loads.length === 0 ? [`  - use: ${workload}`] : (axis === null ? loads : [axis.base]).flatMap(workloadLines)),
    "# Blocks in which each row is measured once, in an order that is drawn.",
    "repeats: 3",
    "",
  ].join("\n");
}

function designLines(configurations: readonly Configuration[], engine: Engine, isCurve: boolean): string[] {
  if (configurations.length < 2)
    return [isCurve ? "design: { kind: curve }" : "design: { kind: combination, factors: {} }"];
  const moved = [...new Set(configurations.flatMap(({ knobs }) => Object.keys(knobs)))].filter(
    (knob) => new Set(configurations.map(({ knobs }) => JSON.stringify(knobs[knob] ?? null))).size > 1,
  );
  const baseline = configurations[0]?.knobs ?? {};
  const points = configurations.map((configuration, place) => ({
    id: nameOf(configuration, place, engine),
    // Null is the engine's own default, in the place of what the baseline sets.
    ...Object.fromEntries(
      moved
        .filter((knob) => knob in configuration.knobs || knob in baseline)
        .map((knob) => [knob, configuration.knobs[knob] ?? null]),
    ),
  }));
  return [
    "design:",
    "  kind: combination",
    "  factors:",
    "    configuration:",
    ...points.map((point) => `      - ${flowYaml(point)}`),
  ];
}

function workloadLines({ workload }: Load, place: number, all: readonly Load[]): string[] {
  const named = { ...workload, workload: all.length > 1 ? `bench-${place + 1}` : "bench" };
  return listItem(named);
}

interface Axis {
  base: Load;
  points: Assignment[];
  names: string[];
}

/** Loads that differ in what a point of a sweep may set, and in nothing else; null where that is not so, and of a single one. */
function axisOf(loads: readonly Load[]): Axis | null {
  const [base] = loads;
  if (base === undefined || loads.length < 2) return null;
  const flat = loads.map(({ workload }) => flattened(workload));
  const members = [...new Set(flat.flatMap((one) => Object.keys(one)))];
  const moved = members.filter((member) => new Set(flat.map((one) => JSON.stringify(one[member]))).size > 1);
  if (!moved.every((member) => settable.test(member) && flat.every((one) => member in one))) return null;
  const points = flat.map((one) => Object.fromEntries(moved.map((member) => [member, one[member]!])));
  return {
    base,
    points,
    names: points.map(
      (point, place) => loads[place]!.name?.replaceAll(/[^\w.-]+/g, "-") ?? shortName(point, {}, place),
    ),
  };
}

const settable =
  /^(load\.(concurrency|rate|max_in_flight)|dataset\.(input_tokens|output_tokens|shared_prefix_tokens)|sampling\.\w+)$/;

/** `load: { concurrency: 8 }` as `load.concurrency: 8`, of the members that a sweep may set. */
function flattened(workload: { [member: string]: Json }): { [member: string]: Json } {
  return Object.fromEntries(
    Object.entries(workload).flatMap(([member, value]) =>
      ["load", "dataset", "sampling"].includes(member) && typeof value === "object" && value !== null
        ? Object.entries(value).map(([name, one]): [string, Json] => [`${member}.${name}`, one])
        : [[member, value] as [string, Json]],
    ),
  );
}

/** The row's name: the file's, else short forms of what it sets, else its place. */
function nameOf(configuration: Configuration | undefined, place: number, engine: Engine): string {
  if (configuration === undefined) return runsAlready(engine) ? "service" : "baseline";
  const short = Object.fromEntries(Object.entries(engine.knobs).map(([knob, { short: own }]) => [knob, own ?? knob]));
  return configuration.name?.replaceAll(/[^\w.-]+/g, "-") ?? shortName(configuration.knobs, short, place);
}

const longestName = 40;

function shortName(set: Assignment, short: Readonly<Record<string, string>>, place: number): string {
  const parts = Object.entries(set).map(([knob, value]) => {
    const own = short[knob] ?? knob.replace(/^.*\./, "");
    return typeof value === "boolean" ? `${value ? "" : "no-"}${own}` : `${own}${wordOf(value)}`;
  });
  const name = parts.join("-").replaceAll(/[^\w.-]+/g, "-");
  return name === "" || name.length > longestName ? `config-${place + 1}` : name;
}

/** A length is its number, where all are of one. */
function wordOf(value: Json): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { value: fixed } = value as { value?: Json };
  return typeof fixed === "number" ? String(fixed) : JSON.stringify(value);
}
