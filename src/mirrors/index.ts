import type { Mirror } from "./mirror.ts";
import { mlflow } from "./mlflow/index.ts";

export type { Delivery, Mirror, OpenMirror, Receipt, SentTrial, StudyMeta, TimeSeries } from "./mirror.ts";
export { mlflowConfig, type MlflowConfig } from "./mlflow/config.ts";
export { sendReport, sendTrials } from "./mlflow/index.ts";

/** Every mirror that there is, by name. */
export const mirrors = { mlflow } as const satisfies Record<string, Mirror>;
