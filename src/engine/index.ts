/** What other stages may use of this one. */
export { cacheFolderOf } from "./cache-folder.ts";
export { commandLine } from "./command-line.ts";
export type { PreparedEnvironment } from "./environments/environment.ts";
export { executableHere } from "./environments/executable-here.ts";
export { prepareEnvironment } from "./environments/index.ts";
export { makeEnvironment } from "./environments/uv-environment.ts";
export { launchEngine, portInUse } from "./launch.ts";
export { missingPrograms } from "./launch-programs.ts";
export { privateFolder } from "./private-folder.ts";
export { askRoutes, askServer, askVersion, tryRequest, type RouteFound, type TriedRequest } from "./questions.ts";
export { reapLeftovers } from "./reap.ts";
export { resolveKnobs } from "./resolved.ts";
export { resolvedIdOf } from "./resolved-id.ts";
export type { RunningEngine } from "./running-engine.ts";
export { shellCommand } from "./shell-command.ts";
export { weightBytes } from "./weight-bytes.ts";
export { checkModel, checkModelHere, modelQuestion, type CheckedModel } from "./weights.ts";
