import { askServer } from "../../engine/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import type { BenchOptions } from "./bench-options.ts";

/** A server that is there, and the model that it will be asked for. */
export interface BenchServer {
  /** Without a slash at the end. */
  url: string;
  model: string;
  apiKey: string | null;
  origin: "measured" | "simulated";
}

export const defaultKeyVariable = "OPENAI_API_KEY";

/** Looks before anything is measured: is somebody there, may we ask, and is the model served. */
export async function findServer(world: World, options: BenchOptions): Promise<Result<BenchServer>> {
  const url = serverUrl(options.url);
  if (!url.ok) return url;
  const key = apiKeyOf(world, options.apiKeyEnv);
  if (!key.ok) return key;
  const shown = url.value;
  const answer = await askServer(world, { url: url.value, apiKey: key.value });
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
      `${shown} refuses us (${status})${key.value === null ? ": no key was sent" : ""}`,
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
  return succeed({ url: url.value, model, apiKey: key.value, origin });
}

/** `host:port`, with or without protocol, slash and `/v1` at the end. */
function serverUrl(given: string): Result<string> {
  const url = URL.parse(/^[a-z]+:\/\//i.test(given) ? given : `http://${given}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "")
    return fail("bad-url", `${given} is no http address`, "Write it as http://host:port, without the route.");
  if (url.username !== "" || url.password !== "")
    return fail(
      "key-on-command-line",
      "the address holds a user or a password, which every user of this machine could read",
      "Leave it out, and put the server's key into a variable: --api-key-env NAME.",
    );
  return succeed(`${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "")}`);
}

/** A variable that the user named must be there; the usual one may be missing. */
function apiKeyOf(world: World, named: string | undefined): Result<string | null> {
  const key = world.variables[named ?? defaultKeyVariable] ?? "";
  if (key !== "") return succeed(key);
  if (named === undefined) return succeed(null);
  return fail("no-key", `the variable ${named} is not set`, "Set it to the key, or leave --api-key-env out.");
}
