/** What a stage answers where failure is expected: a value of one shape either way. */
export type Result<Value, Problem = Fault> = { ok: true; value: Value } | { ok: false; problem: Problem };

/** An expected failure, ready to be shown: what and where, and what to do next. */
export interface Fault {
  /** A stable word for programs, kebab-case: `port-in-use`. */
  code: string;
  message: string;
  /** What the user does next. */
  hint: string;
}

/** What an error that was thrown says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function succeed<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function fail(code: string, message: string, hint: string): { ok: false; problem: Fault } {
  return { ok: false, problem: { code, message, hint } };
}
