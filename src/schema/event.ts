import type { Fault } from "./result.ts";
import type { Purpose } from "./trial-spec.ts";
import type { Status } from "./trial.ts";

/** What a run tells while it goes on; with `--json` each is a line. */
export type RunEvent =
  | { type: "plan"; study: string; experiments: number; trials: number; todo: number; origin: string }
  | { type: "notice"; code: string; message: string }
  | { type: "launch"; launch: string; experiment: string; phase: string; elapsedS: number }
  | { type: "trial-start"; trial: string; experiment: string; purpose: Purpose; position: number; of: number }
  | { type: "progress"; trial: string; phase: string; done: number; of: number; tokensPerS: number | null }
  | {
      type: "trial-end";
      trial: string;
      experiment: string;
      purpose: Purpose;
      status: Status;
      reason: string;
      tookS: number;
      folder: string;
    }
  | { type: "mirror"; mirror: string; state: "sent" | "behind"; message: string }
  | { type: "fault"; fault: Fault }
  | {
      type: "summary";
      study: string;
      trials: { valid: number; screened: number; invalid: number; failed: number; skipped: number };
      report: string | null;
    };
