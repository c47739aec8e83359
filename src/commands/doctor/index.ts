import type { PreflightCheck } from "./check.ts";
import { clientChecks } from "./client-checks.ts";
import { dataChecks } from "./data-checks.ts";
import { endpointChecks } from "./endpoint-checks.ts";
import { engineChecks } from "./engine-checks.ts";
import { gpuChecks } from "./gpu-checks.ts";
import { hostChecks } from "./host-checks.ts";

/** Every check that is made before anything is measured, in the order of the table. */
export const preflightChecks: readonly PreflightCheck[] = [
  ...gpuChecks,
  ...hostChecks,
  ...engineChecks,
  ...endpointChecks,
  ...dataChecks,
  ...clientChecks,
];
