import { fail, succeed } from "../../schema/result.ts";
import { serverUrl } from "../../schema/server-url.ts";
import type { EnvironmentKind } from "./environment.ts";

/** Something that runs already: nothing is made and nothing is started. */
export const endpoint: EnvironmentKind<"endpoint"> = (_world, { url: given }, engine) => {
  const url = serverUrl(given);
  if (url.ok) return Promise.resolve(succeed({ executable: [], packages: null, folder: null, url: url.value }));
  const { code, message, hint } = url.problem;
  return Promise.resolve(fail(code, `${engine.name}: ${message}`, hint));
};
