import type { Engine } from "../../schema/engine.ts";
import type { Json } from "../../schema/json.ts";
import { scopeOf, wholeKnob, type Assignment } from "../../schema/knob.ts";
import rows from "./ready-changes.json" with { type: "json" };

/** A change that `ceteris init` writes for who names it. */
export interface ReadyChange {
  /** The row's name in the matrix. */
  id: string;
  /** Its label. */
  title: string;
  /** The change. */
  set: Assignment;
  /** What the baseline says, so that the change has something to differ from. */
  baseline?: Assignment;
  /** What the baseline says too, all of it, where the engine would move some of it along with the change, without a word. */
  pins?: Assignment;
  /** What a reader of the matrix should know. */
  comment: string;
}

/** In the order in which they are offered; an engine is offered those whose knobs its file has. 8 GiB of KV cache fit beside an 8B model on a GPU of 40 GB. */
export const readyChanges: readonly ReadyChange[] = rows;

/** Those that change something on this engine, as far as its file tells. */
export function offeredChanges(engine: Engine): ReadyChange[] {
  return readyChanges.filter((change) => isOffered(engine, change));
}

/** True where the engine can be asked for the change, and does not do so anyway. */
export function isOffered(engine: Engine, { set, baseline = {} }: ReadyChange): boolean {
  return Object.entries({ ...baseline, ...set }).every(([knob, value]) => canBeSet(engine, knob, value));
}

/** What the baseline says for these changes: only members that the engine has, and pins where a coupling asks for them. */
export function baselineOf(engine: Engine, changes: readonly ReadyChange[]): Assignment {
  const knobs: Assignment = {};
  for (const { set, baseline = {}, pins = {} } of changes) {
    const isAsked = Object.keys(pins).some((pin) => Object.keys(set).some((knob) => isMoved(engine, knob, pin)));
    Object.assign(knobs, baseline, isAsked ? pins : {});
  }
  return knobs;
}

/** True where the engine moves something along with `knob` unless `pin` is declared. */
function isMoved({ couplings }: Engine, knob: string, pin: string): boolean {
  return couplings.some(
    (coupling) =>
      coupling.knob === knob &&
      (coupling.when ?? []).some((condition) => condition.knob === pin && condition.declared === false),
  );
}

function canBeSet({ knobs }: Engine, knob: string, value: Json): boolean {
  if (scopeOf(knob) !== null) return true;
  const definition = knobs[wholeKnob(knob)];
  if (definition === undefined || definition.unsupported !== undefined || definition.inert !== undefined) return false;
  const { values, open, type, members } = definition;
  // A knob that takes any map says nothing of what its members are called.
  if (type === "json" && members === undefined) return false;
  if (JSON.stringify(definition.default) === JSON.stringify(value)) return false;
  return (
    type !== "choice" || open === true || values === undefined || (typeof value === "string" && values.includes(value))
  );
}
