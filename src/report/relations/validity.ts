import { countText, figureText } from "../../math/figures.ts";
import { isUsable, type Trial, type Check } from "../../schema/trial.ts";
import type { ReportInput } from "../report-input.ts";
import { glyphs, relationOf, text } from "./relation.ts";

/** More trials than this are counted, and only checks and experiments that something is wrong with are shown. */
const MOST_GLYPHS = 40;

/** Remedies that a line says. */
const MOST_REMEDIES = 2;

/** What a check says of a trial; null where it was not made there. */
type Found = Pick<Check, "status" | "value" | "limit" | "margin" | "unit" | "remedy">;

/** The trials of an experiment of one purpose, in order of blocks: a column. */
interface Group {
  name: string;
  trials: Trial[];
}

/** A check, and what it found in each trial by the trial's id. */
interface Row {
  id: string;
  found: ReadonlyMap<string, Found>;
}

/** Every check that applied anywhere beside the trials: which passed, which failed, how close they came, and what to do. */
export function validityRelation(input: Pick<ReportInput, "study" | "trials">) {
  const groups = groupsOf(input);
  const trials = groups.flatMap((group) => group.trials);
  const isCounted = trials.length > MOST_GLYPHS;
  const rows = rowsOf(trials).filter(({ found }) => !isCounted || [...found.values()].some(isWrong));
  const columns = groups.filter(
    ({ trials: own }) => !isCounted || own.some((trial) => rows.some((row) => isWrongIn(row, trial))),
  );
  const relation = relationOf("validity", rows, [
    text("check", "Check", ({ id }) => id),
    text("limit", "Limit", ({ found }) => limitText([...found.values()])),
    ...columns.map((group) =>
      glyphs<Row>(`trials_${group.name}`, group.name, (row) =>
        isCounted ? countsOf(row, group) : glyphsOf(row, group),
      ),
    ),
    text("closest", "Closest (failed)", ({ found }) => closestText([...found.values()])),
    text("remedy", "Remedy", (row) => remedyText(row, groups)),
  ]);
  const unusable = trials.filter((trial) => !isUsable(trial));
  const causes = Map.groupBy(unusable, causeOf);
  return {
    relation,
    facts: {
      usable: trials.length - unusable.length,
      of: trials.length,
      /** Why the others are not usable: `4 out-of-memory`. */
      causes: [...causes]
        .toSorted(([, left], [, right]) => right.length - left.length)
        .map(([cause, list]) => `${list.length} ${cause}`),
      isCounted,
      /** Experiments that are left out, since every check passed in all their trials. */
      passed: groups.length - columns.length,
    },
  };
}

/** Accuracy trials stand apart, and only where something is wrong with one or there are no others. */
function groupsOf({ study, trials }: Pick<ReportInput, "study" | "trials">): Group[] {
  const byId = Map.groupBy(trials, ({ spec }) => spec.experimentId);
  const hasPerformance = trials.some(({ spec }) => spec.purpose === "performance");
  return study.experiments.flatMap(({ id, labels }): Group[] => {
    const own = (byId.get(id) ?? []).toSorted((left, right) => left.spec.position - right.spec.position);
    const performance = own.filter(({ spec }) => spec.purpose === "performance");
    const accuracy = own.filter(({ spec }) => spec.purpose === "accuracy");
    const isShown =
      !hasPerformance || accuracy.some(({ verdict }) => verdict.status === "FAILED" || verdict.checks.some(isWrong));
    return [
      { name: labels.name, trials: performance },
      { name: `${labels.name} (accuracy)`, trials: isShown ? accuracy : [] },
    ].filter((group) => group.trials.length > 0);
  });
}

/** That the trials ran, where one did not; then each check, in the order of the first trial that has it. */
function rowsOf(trials: readonly Trial[]): Row[] {
  const byId = new Map<string, Map<string, Found>>();
  if (trials.some(({ verdict }) => verdict.status === "FAILED")) {
    byId.set("ran to its end", new Map(trials.map((trial) => [trial.spec.trialId, endOf(trial)])));
  }
  for (const { spec, verdict } of trials) {
    for (const check of verdict.checks) byId.getOrInsertComputed(check.id, () => new Map()).set(spec.trialId, check);
  }
  return [...byId].map(([id, found]) => ({ id, found }));
}

function endOf({ verdict: { status, failure, reason } }: Trial): Found {
  const nothing = { value: null, limit: null, margin: null, unit: "" };
  if (status !== "FAILED") return { status: "pass", ...nothing, remedy: "" };
  return { status: "fail", ...nothing, remedy: failure === null ? reason : `${failure.class}: ${failure.hint}` };
}

function isWrong({ status }: Pick<Found, "status">): boolean {
  return status !== "pass";
}

function isWrongIn({ found }: Row, { spec }: Trial): boolean {
  const own = found.get(spec.trialId);
  return own !== undefined && isWrong(own);
}

const glyphOf = { pass: "✓", fail: "✗", unknown: "?" } as const;

function glyphsOf({ found }: Row, { trials }: Group): string {
  return trials
    .map(({ spec }) => {
      const own = found.get(spec.trialId);
      return own === undefined ? "·" : glyphOf[own.status];
    })
    .join("");
}

/** `3 ✗ of 12`, `2 ✗ 1 ? of 12`, `12 ✓`. */
function countsOf({ found }: Row, { trials }: Group): string {
  const own = trials.flatMap(({ spec }) => found.get(spec.trialId) ?? []);
  if (own.length === 0) return "·";
  const count = (status: Found["status"]): number => own.filter((one) => one.status === status).length;
  const wrong = (["fail", "unknown"] as const).flatMap((status) =>
    count(status) === 0 ? [] : `${count(status)} ${glyphOf[status]}`,
  );
  return wrong.length === 0 ? `${own.length} ✓` : `${wrong.join(" ")} of ${own.length}`;
}

/** `≥ 60 s`: on which side a value must lie is what its margin says; of many limits the first. */
function limitText(all: readonly Found[]): string {
  const said = [
    ...new Set(all.flatMap((one) => (one.limit === null ? [] : `${sideOf(all)}${withUnit(one.limit, one.unit)}`))),
  ];
  return said.length <= 2 ? said.join(", ") : `${said[0]} and others`;
}

function sideOf(all: readonly Found[]): string {
  for (const { value, limit, margin } of all) {
    if (typeof value !== "number" || typeof limit !== "number" || margin === null || margin === 0 || value === limit)
      continue;
    return Math.sign(value - limit) === Math.sign(margin) ? "≥ " : "≤ ";
  }
  return "";
}

function withUnit(value: number | string, unit: string): string {
  const said = typeof value === "number" ? figureText(value) : value;
  return typeof value === "string" || unit === "1" || unit === "" ? said : `${said} ${unit}`;
}

/** The value of the trial that passed with the least to spare, and in brackets that of the one that failed by most. */
function closestText(all: readonly Found[]): string {
  const ofStatus = (status: Found["status"]): string => {
    const [closest] = all
      .filter((one) => one.status === status && one.margin !== null && typeof one.value === "number")
      .toSorted((left, right) => (left.margin ?? 0) - (right.margin ?? 0));
    return closest?.value == null ? "" : withUnit(closest.value, closest.unit);
  };
  const [passed, failed] = [ofStatus("pass"), ofStatus("fail")];
  return [passed, ...(failed === "" ? [] : [`(${failed})`])].filter((one) => one !== "").join(" ");
}

/** What to do where a check failed or could not be decided, each remedy once, with the experiments that it is for. */
function remedyText({ found }: Row, groups: readonly Group[]): string {
  const experiments = new Map<string, Set<string>>();
  for (const { name, trials } of groups) {
    for (const { spec } of trials) {
      const own = found.get(spec.trialId);
      if (own === undefined || !isWrong(own)) continue;
      experiments.getOrInsertComputed(own.remedy, () => new Set()).add(name);
    }
  }
  const said = [...experiments].slice(0, MOST_REMEDIES).map(([remedy, names]) => `${[...names].join(", ")}: ${remedy}`);
  const more = experiments.size - said.length;
  return [...said, ...(more > 0 ? [`${countText(more, "more remedy", "more remedies")} in trial.json`] : [])].join(" ");
}

function causeOf({ verdict: { status, failure, checks } }: Trial): string {
  if (status === "FAILED") return failure?.class ?? "FAILED";
  return checks.find((check) => check.status === "fail")?.id ?? status;
}
