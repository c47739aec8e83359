import type { Mirror } from "./mirror.ts";
import { mlflow } from "./mlflow/index.ts";

export type { Delivery, OpenMirror, SentTrial, StudyMeta, TimeSeries } from "./mirror.ts";

/** Every mirror that there is, by name. */
export const mirrors = { mlflow } as const satisfies Record<string, Mirror>;
