import { askServer } from "../../engine/index.ts";
import { accessOf, type Access, type DeclaredHeaders } from "../../schema/access.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import { serverUrl } from "../../schema/server-url.ts";
import type { World } from "../../world/world.ts";
import { benchHeaders, defaultKeyVariable } from "./bench-headers.ts";
import type { BenchOptions } from "./bench-options.ts";

/** A server that is there, and the model that it will be asked for. */
export interface BenchServer {
  /** Without a slash at the end. */
  url: string;
  model: string;
  /** All that it lists; empty where it lists none. */
  models: string[];
  /** As the matrix that does the same declares them: with the variable that holds the key, where there is one. */
  headers: DeclaredHeaders;
  access: Access;
  origin: "measured" | "simulated";
}

/** What is asked for: `headers` are those of a matrix, in the place of those of flags. */
export type ServerAsked = Pick<BenchOptions, "url" | "model" | "apiKeyEnv" | "header"> & { headers?: DeclaredHeaders };

/** Looks before anything is measured: is somebody there, may we ask, and is the model served. */
export async function findServer(world: World, options: ServerAsked): Promise<Result<BenchServer>> {
  const url = serverUrl(options.url);
  if (!url.ok) return url;
  const headers = options.headers === undefined ? benchHeaders(options, world.variables) : succeed(options.headers);
  if (!headers.ok) return headers;
  const access = accessOf(headers.value, world.variables);
  if (!access.ok) return access;
  const shown = url.value;
  const answer = await askServer(world, { url: url.value, access: access.value });
  if (!answer.ok)
    return fail(
      "nothing-there",
      `nothing answers at ${shown} (${answer.problem.message})`,
      "Start the server, for instance `vllm serve MODEL --port 8000`, wait until it is ready, or correct the address.",
    );
  const { status, models, origin } = answer.value;
  if (status === 401 || status === 403)
    return fail(
      "key-refused",
      `${shown} refused the request (${status})${!("authorization" in access.value.headers) ? ": no key was sent" : ""}`,
      `Put the key into ${options.apiKeyEnv ?? defaultKeyVariable}, or name the variable that holds it with --api-key-env.`,
    );
  const model = options.model ?? models[0];
  if (model === undefined)
    return fail(
      "model-unknown",
      `${shown} does not list its models (/v1/models answers ${status})`,
      "Name the model with --model, as the server's requests call it; and check that this is an OpenAI-compatible server.",
    );
  if (models.length > 0 && !models.includes(model))
    return fail(
      "model-not-served",
      `${shown} serves ${models.join(", ")}, and not ${model}`,
      `Name one of those with --model, or leave it out for ${models[0]}.`,
    );
  return succeed({ url: url.value, model, models, headers: headers.value, access: access.value, origin });
}
