import { basename, extname, isAbsolute } from "node:path";
import { assign } from "../schema/assignment.ts";
import { axesOf, type AxisPoint } from "../schema/axis.ts";
import type { ComputedMember } from "../schema/computed.ts";
import { exclusionsOf, type Change, type Design, type DesignForms, type ReadDesign } from "../schema/design.ts";
import type { Location } from "../schema/diagnostic.ts";
import { runsAlready, type Engine } from "../schema/engine.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import { canonicalJson, pointerOf } from "../schema/json.ts";
import { shortNames, type Assignment } from "../schema/knob.ts";
import type { MatrixFile } from "../schema/matrix-file.ts";
import type { Statistic } from "../schema/measurement.ts";
import { stopLimitsOf } from "../schema/stop.ts";
import { usualStrayHostRule } from "../schema/stray-host.ts";
import type { Peak, Study } from "../schema/study.ts";
import { engineIsReplaced, engineThere } from "../schema/sut.ts";
import type { Workload, WorkloadFile } from "../schema/workload.ts";
import { leftToServer } from "./left-to-server.ts";
import { locate, type Finding, type Places } from "./yaml/places.ts";
import type { RulesetShelf } from "./rulesets/ruleset-shelf.ts";
import { studyDefaults, workloadDefaults } from "./workload/workload-defaults.ts";
import { writtenNumbers } from "./yaml/written-numbers.ts";
import { isMade, replacedWorkload, standInText } from "./workload/stand-in.ts";
import { completeWorkload, type NamedRules } from "./workload/workload.ts";

/** A matrix of the right shape, as far as it has it, and what else a study is made of. */
export interface StudyParts {
  /** Members that were faulty are missing, also required ones; items that were faulty are null. */
  matrix: Partial<MatrixFile>;
  file: string;
  designs: DesignForms;
  engine: Engine;
  /** Every engine that the matrix names. */
  engines: ReadonlyMap<string, Engine>;
  environments: Study["environments"];
  /** Computed members of each workload, by its pointer. */
  computed: ReadonlyMap<string, ComputedMember[]>;
  declaredEngine: string;
  standIn: Engine["standIn"];
  places: Places;
  fragments: ReadonlyMap<string, string>;
  incomplete: ReadonlySet<string>;
  overrides: { fidelity?: Fidelity; seed?: number };
  root: string;
  shelf: RulesetShelf;
  report: (finding: Finding & { at: Location }) => void;
}

/** The study, with defaults in the place of what is missing. */
export function studyOf(parts: StudyParts): Study {
  const { matrix, overrides, standIn, declaredEngine } = parts;
  const replaced = engineIsReplaced(parts);
  const { sut } = matrix;
  const there = replaced ? undefined : parts.environments.get(canonicalJson(sut?.environment ?? null));
  const engine = there === undefined ? parts.engine : engineThere(parts.engine, there);
  const workloads = (matrix.workloads ?? []).flatMap((file, index) =>
    file === null ? [] : [workloadAt(parts, `/workloads/${index}`, file, `workload-${index + 1}`)],
  );
  const ownBaseline = {
    id: matrix.baseline?.id ?? studyDefaults.baselineId,
    label: matrix.baseline?.label ?? matrix.baseline?.id ?? studyDefaults.baselineId,
    knobs: (matrix.baseline?.knobs ?? {}) as Assignment,
  };
  const { design, order, inPlaceOfBaseline, repeats, launch, exclude = [] } = designOf(parts, ownBaseline.knobs);
  const shortOf = shortNames(engine.knobs);
  const written: Study = {
    name: matrix.study ?? basename(parts.file, extname(parts.file)),
    question: matrix.question ?? "",
    file: parts.file,
    engine,
    engines: there === undefined ? parts.engines : new Map([...parts.engines, [declaredEngine, engine]]),
    environments: parts.environments,
    declaredEngine,
    standIn: standInText(standIn, matrix),
    model: standIn?.model ?? sut?.model ?? "",
    // A revision, a tokenizer and a version belong to what the matrix named.
    revision: standIn?.model === undefined ? (sut?.revision ?? null) : null,
    tokenizer: standIn?.model === undefined ? (sut?.tokenizer ?? null) : null,
    version:
      replaced && runsAlready(engine)
        ? engine.version
        : ((replaced ? null : sut?.version) ?? there?.version ?? engine.version ?? sut?.version ?? null),
    devices: (sut?.devices ?? []).filter((device) => device !== null).map(String),
    extraArgs: (sut?.extra_args ?? []).filter((argument) => argument !== null),
    prefix: (sut?.prefix ?? []).filter((argument) => argument !== null),
    beforeLaunch: wholeCommands(sut?.before_launch),
    afterTrial: wholeCommands(sut?.after_trial),
    hookDeadlineS: sut?.hook_deadline_s ?? studyDefaults.hookDeadlineS,
    price: priceOf(sut?.price_per_hour),
    headers: [...parts.engines.values()].some(runsAlready) ? (sut?.headers ?? {}) : {},
    baseline: inPlaceOfBaseline === undefined ? ownBaseline : baselineWith(parts, ownBaseline, inPlaceOfBaseline),
    design,
    systems: systemsOf(matrix.systems),
    workloads,
    sweep: axesOf(matrix.sweep, "/sweep", shortOf),
    exclude: [...exclude, ...exclusionsOf(matrix.exclude, "/exclude")],
    launch: matrix.launch ?? launch ?? studyDefaults.launch,
    accuracy: accuracyOf(parts, workloads),
    repeats: repeats ?? matrix.repeats ?? studyDefaults.repeats,
    order,
    seed: overrides.seed ?? matrix.seed ?? studyDefaults.seed,
    fidelity: overrides.fidelity ?? matrix.fidelity ?? studyDefaults.fidelity,
    trialBudget: matrix.budget?.trials ?? null,
    gates: (matrix.gates ?? []).flatMap((gate, index) =>
      gate === null ? [] : parts.shelf.gates(gate, locate(parts.places, `/gates/${index}`, "value")),
    ),
    peak: peakOf(matrix.peak),
    smallestEffect: matrix.smallest_effect ?? studyDefaults.smallestEffect,
    attribution: matrix.attribution ?? "mediated",
    accuracyNotApplicable: notApplicable(matrix.accuracy),
    guardrails: Object.entries(matrix.guardrails ?? {}).flatMap(([figure, margin]) => guardrailOf(figure, margin)),
    exclusions: (matrix.exclude_trials ?? []).flatMap((rule) =>
      rule?.metric === undefined || rule.above === undefined
        ? []
        : [{ metric: rule.metric, stat: rule.stat ?? "value", of: rule.of ?? "value", above: rule.above }],
    ),
    strayHost: {
      above: matrix.stray_host?.above ?? usualStrayHostRule.above,
      leaveOut: matrix.stray_host?.leave_out ?? usualStrayHostRule.leaveOut,
    },
    locations: parts.places,
  };
  const study = leftToServer(written, (pointer, finding) =>
    parts.report({ ...finding, at: locate(parts.places, pointer, "key") }),
  );
  return { ...study, written: writtenNumbers(study) };
}

/** The hardware's price; null where none is stated, and where its list could not be had, which has its diagnostic. */
function priceOf(price: NonNullable<MatrixFile["sut"]>["price_per_hour"]): Study["price"] {
  if (typeof price === "number") return { perGpuHour: price };
  if (price === undefined || price === null || !("gpus" in price)) return null;
  const { title, source, date, gpus } = price;
  return {
    title,
    source,
    date,
    gpus: gpus.flatMap((one) => (one === null ? [] : { name: one.name, perHour: one.per_hour })),
  };
}

/** Argument lists without those that were faulty. */
function wholeCommands(commands: string[][] | undefined): string[][] {
  return (commands ?? []).filter((argv) => argv !== null && !argv.includes(null as never));
}

/** Null where there is no search, or where it lacks the rate to begin with, which has its diagnostic. */
function peakOf(peak: MatrixFile["peak"]): Peak | null {
  if (peak?.from === undefined) return null;
  const { tolerance, tries, share, sustain } = { ...studyDefaults.peak, ...peak };
  return { from: peak.from, to: peak.to ?? null, tolerance, most: tries, share, sustain };
}

/** The design as its kind reads it; without a row where the matrix has none that could be read. */
function designOf(parts: StudyParts, baseline: Assignment): ReadDesign & { design: Design; order: Study["order"] } {
  const { matrix, designs, engine, places, report } = parts;
  const order = matrix.order ?? studyDefaults.order;
  const name = matrix.design?.kind;
  const kind = name === undefined ? undefined : designs[name];
  if (name === undefined || kind === undefined) return { design: { kind: "isolation", changes: [] }, order };
  if (kind.order !== undefined && matrix.order !== undefined) {
    const at = locate(places, "/order", "key");
    report({ ...kind.order.warning, severity: "warning", hint: "take `order` out", at });
  }
  const named = [...parts.engines.values(), engine].map(({ knobs }) => knobs);
  const knobs: Engine["knobs"] = Object.assign({}, ...named);
  const { design, ...instead } = kind.read(matrix.design!, { baseline, knobs, shortOf: shortNames(knobs) });
  return { ...instead, design: { kind: name, ...design }, order: kind.order?.name ?? order };
}

/** A row in the place of the baseline, on top of it. What is wrong with a knob of it is shown where it is written. */
function baselineWith({ places }: StudyParts, own: Study["baseline"], { id, label, set, instead, pointer }: Change) {
  for (const [map, knobs] of [["knobs", instead ?? {}] as const, ["set", set] as const]) {
    for (const knob of Object.keys(knobs)) {
      for (const aim of ["", "#"]) {
        const written = places.get(`${aim}${pointer}/${map}${pointerOf(knob)}`);
        if (written !== undefined) places.set(`${aim}/baseline/knobs${pointerOf(knob)}`, written);
      }
    }
  }
  return { id, label, knobs: assign(instead ?? own.knobs, set) };
}

/** Systems as points: what each sets of `sut`, and the knobs that lie on the baseline's. */
function systemsOf(files: MatrixFile["systems"]): AxisPoint[] {
  return (files ?? []).flatMap((file, index) => {
    if (file === null) return [];
    const { id = `system-${index + 1}`, knobs = {}, ...members } = file as Partial<typeof file>;
    const sut = Object.entries(members).map(([member, value]) => [`sut.${member}`, value]);
    return [
      {
        id,
        set: { ...(Object.fromEntries(sut) as Assignment), ...(knobs as Assignment) },
        pointer: `/systems/${index}`,
      },
    ];
  });
}

function workloadAt(parts: StudyParts, pointer: string, file: WorkloadFile, name: string): Workload {
  const { standIn, places } = parts;
  const complain = (code: string, severity: Finding["severity"], below: string, message: string, hint: string) =>
    parts.report({
      code,
      severity,
      message,
      hint,
      at: locate(places, `${pointer}${below}`, below === "" ? "key" : "value"),
    });
  const written = !parts.incomplete.has(pointer) && !places.has(`${pointer}/dataset`);
  const ofClasses = (file.classes?.length ?? 0) > 0 && file.classes!.every((one) => one?.dataset !== undefined);
  if (file.dataset === undefined && written && !ofClasses) {
    const hint = "add `dataset: { kind: cnn-dailymail | jsonl | synthetic, … }`, or `use:` a fragment that has one";
    complain("missing-key", "error", "", `\`${nameOfPlace(pointer)}\` lacks \`dataset\``, hint);
  }
  if (file.dataset?.kind === "jsonl" && standIn === null) {
    const path = file.dataset.path ?? "";
    const hint = "keep it inside the study's folder: an experiment's id covers the path";
    if (isAbsolute(path) || path.startsWith("../")) {
      complain(
        "dataset-outside",
        "warning",
        "/dataset/path",
        `the dataset lies outside the study's folder: ${path}`,
        hint,
      );
    }
  }
  const fragment = parts.fragments.get(pointer);
  const whole = standIn?.workload ? replacedWorkload(file, standIn.workload, parts) : file;
  const workload = completeWorkload(whole, fragment ?? name, namedRules(parts, pointer, whole));
  const computed = parts.computed.get(pointer);
  const stop = stopLimitsOf(file.stop ?? parts.matrix.stop);
  return {
    ...workload,
    ...(whole.sweep === undefined
      ? {}
      : { sweep: axesOf(whole.sweep, `${pointer}/sweep`, shortNames(parts.engine.knobs)) }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(computed === undefined ? {} : { computed }),
  };
}

/** What a workload names of the rulesets, as they say it. */
function namedRules({ shelf, places }: StudyParts, pointer: string, file: WorkloadFile): NamedRules {
  const at = (member: string): Location => locate(places, `${pointer}/${member}`, "value");
  const { ruleset, scenario = workloadDefaults.scenario, slo = null } = file;
  return {
    ruleset: ruleset === undefined ? null : shelf.scenario(ruleset, scenario, at("ruleset")),
    slo: typeof slo === "string" ? shelf.slo(slo, at("slo")) : slo,
  };
}

function notApplicable(accuracy: MatrixFile["accuracy"]): string | null {
  return typeof accuracy === "object" && "not_applicable" in accuracy ? accuracy.not_applicable : null;
}

/** `ttft.p99`: a metric, and behind the first point its statistic, which may have a point too (`p99.9`). */
function guardrailOf(figure: string, margin: number | boolean): Study["guardrails"] {
  if (margin === true) return [];
  const [metric = "", ...stat] = figure.split(".");
  return [
    {
      metric,
      stat: (stat.length === 0 ? "value" : stat.join(".")) as Statistic,
      margin: margin === false ? null : margin,
    },
  ];
}

/** Accuracy is left out where a stand-in dataset has no references: that is the stand-in's limit and no mistake of the matrix. */
function accuracyOf(parts: StudyParts, workloads: Workload[]): Workload | null {
  const { accuracy } = parts.matrix;
  if (accuracy === undefined || accuracy === false) return null;
  if (accuracy !== true && "not_applicable" in accuracy) return null;
  const file = accuracy === true ? parts.matrix.workloads?.[0] : accuracy;
  const standInDataset = file && isMade(file) ? undefined : parts.standIn?.workload?.dataset;
  const workload = accuracy === true ? (workloads[0] ?? null) : workloadAt(parts, "/accuracy", accuracy, "accuracy");
  // A dataset that is missing has its diagnostic; whether it would have had references nobody knows.
  if (!file?.dataset && !standInDataset) return null;
  if (standInDataset?.kind !== "synthetic") return workload;
  parts.report({
    code: "accuracy-left-out",
    severity: "info",
    message: `accuracy is not measured: the dataset that stands in on ${parts.engine.title} has no references`,
    hint: "run the matrix on its own engine for accuracy",
    at: locate(parts.places, "/accuracy", "key"),
  });
  return null;
}

function nameOfPlace(pointer: string): string {
  return pointer.slice(1).replace(/\/(\d+)$/, "[$1]");
}
