import { formatDiagnostics } from "./diagnostics-text.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import { leftOutText, type LeftOut } from "../schema/left-out.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { Fault } from "../schema/result.ts";
import type { World } from "../world/world.ts";

/** An expected failure, for people: what, then what next. Exit code 2: nothing was measured. */
export function explainFault(world: World, fault: Fault): number {
  world.streams.err(`ceteris: ${fault.message}\n  ${fault.hint}\n`);
  return exitCodes.misconfigured;
}

/** All diagnostics of a matrix; true where an error is among them. */
export function explainDiagnostics(world: World, diagnostics: Diagnostic[]): boolean {
  if (diagnostics.length > 0)
    world.streams.err(`${formatDiagnostics(diagnostics, { colour: world.streams.colour })}\n`);
  return diagnostics.some(({ severity }) => severity === "error");
}

/** What cannot be read and is in no figure, each with what mends it. */
export function explainLeftOut(world: World, leftOut: readonly LeftOut[]): void {
  for (const one of leftOut) world.streams.err(`ceteris: ${leftOutText(one)}\n`);
}
