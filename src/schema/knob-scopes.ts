/** Knobs that are not on the engine's command line: the client's `load.<name>`, `sampling.<name>` of every request, `env.<NAME>` of the engine's environment. */
export type KnobScope = "load" | "sampling" | "env";

/** What stands behind the scope: `concurrency` of `load.concurrency`; null of a knob of another scope. */
export function nameInScope(knob: string, scope: KnobScope): string | null {
  return knob.startsWith(`${scope}.`) ? knob.slice(scope.length + 1) : null;
}

/** True for what the client decides, and not the engine. */
export function isClientKnob(knob: string): boolean {
  return nameInScope(knob, "load") !== null || nameInScope(knob, "sampling") !== null;
}
