import type { Access } from "../schema/access.ts";
import type { CountedAs, Engine } from "../schema/engine.ts";
import { asMap, asText, type Json, memberAt, parseJson } from "../schema/json.ts";
import { ownFailure, type Failure, type Launch } from "../schema/launch.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { maskSecrets } from "../schema/secrets.ts";
import type { HttpAnswer, Network, World } from "../world/world.ts";
import { parserOf } from "./parsers/index.ts";
import type { ResolvedConfiguration } from "./parsers/parser.ts";
import { selectMetrics } from "./select-metrics.ts";

/** Where an engine answers, and what it is asked with. */
export interface Address {
  url: string;
  access: Access;
}

/** Routes that only tell something answer at once; a longer silence is no answer. */
const questionMs = 10_000;
/** An engine may wait for its running requests before it empties a cache. */
const resetMs = 60_000;
/** Set by the simulated engine on each of its answers, so that nobody takes its numbers for measured ones. */
const originHeader = "x-ceteris-origin";

type Net = Pick<World, "network">;

/** One question to an engine, with its headers. The answer may repeat their secrets: `shownBy` is for what is stored or said of it. */
export async function exchange(
  { network }: Net,
  { url, access }: Address,
  { path, headers, ...question }: { path: string } & Omit<Parameters<Network["request"]>[0], "url">,
): Promise<Result<HttpAnswer>> {
  return await network.request({
    timeoutMs: questionMs,
    ...question,
    url: `${url}${path}`,
    headers: { ...access.headers, ...headers },
  });
}

function shownBy({ access }: Address, text: string): string {
  return maskSecrets(text, access.secrets);
}

/** The text of a route that answers with 2xx; null where it does not. */
async function ask(world: Net, address: Address, path: string): Promise<string | null> {
  const answer = await exchange(world, address, { path });
  return answer.ok && answer.value.status >= 200 && answer.value.status < 300 ? answer.value.text : null;
}

/** The engine's version by its file's probe; null where it has none or did not tell. */
export async function askVersion(world: Net, address: Address, engine: Engine): Promise<string | null> {
  if (!engine.versionProbe) return null;
  const version = told(await ask(world, address, engine.versionProbe.path), engine.versionProbe.field);
  return typeof version === "string" ? shownBy(address, version) : null;
}

/** The name under which the engine serves its model: the first of OpenAI's `/v1/models`. */
export async function askModel(world: Net, address: Address): Promise<string | null> {
  return asText(told(await ask(world, address, "/v1/models"), "data.0.id"));
}

/** A server that somebody else started, as its `/v1/models` shows it. */
export interface ServerFound {
  /** The names that it serves models under, as it lists them; empty where it lists none. */
  models: string[];
  /** A simulated engine of ours says what it is in a header of every answer. */
  origin: "measured" | "simulated";
  status: number;
}

/** What answers at an address; a failure where nothing does. A refusal is an answer: its status tells. */
export async function askServer(world: Net, address: Address): Promise<Result<ServerFound>> {
  const answer = await exchange(world, address, { path: "/v1/models" });
  if (!answer.ok) return answer;
  const { status, headers, text } = answer.value;
  const listed = status >= 200 && status < 300 ? told(text, "data") : undefined;
  const models = Array.isArray(listed)
    ? listed.flatMap((entry) => {
        const id = asMap(entry)?.["id"];
        return typeof id === "string" ? [id] : [];
      })
    : [];
  return succeed({ models, origin: headers[originHeader] === "simulated" ? "simulated" : "measured", status });
}

/** A route that an engine's file names, and what came of asking it. */
export interface RouteFound {
  path: string;
  /** What Ceteris takes from it: `metrics`. */
  use: string;
  /** False where the server has no such route, or refuses it; null where it did not answer. */
  isThere: boolean | null;
}

/**
 * Which of the routes that Ceteris uses are there. Each is asked with GET, which changes nothing: a route that takes POST alone
 * refuses the method (405), and is there.
 */
export async function askRoutes(world: Net, address: Address, engine: Engine): Promise<RouteFound[]> {
  const named: [string, string | undefined][] = [
    ["readiness", engine.readiness.path],
    ["version", engine.versionProbe?.path],
    ["resolved configuration", engine.resolved?.path],
    ["metrics", engine.metricsPath ?? undefined],
    ["token counts", engine.tokenize?.path],
    ...engine.cacheReset.map(({ path }): [string, string] => ["cache reset", path]),
  ];
  const asked = named.flatMap(([use, path]) => (path === undefined ? [] : [{ use, path }]));
  return await Promise.all(
    asked.map(async ({ use, path }) => {
      const answer = await exchange(world, address, { path });
      const status = answer.ok ? answer.value.status : null;
      return { path, use, isThere: status === null ? null : status < 300 || status === 405 || status === 422 };
    }),
  );
}

/** What became of one short request, as the client's are: streamed, with the server's count of the tokens. */
export interface TriedRequest {
  /** Null where nothing came. */
  status: number | null;
  isStreamed: boolean;
  /** True where the server counted the output tokens (`usage`). */
  isCounted: boolean;
  /** What the server said, shortened and without secrets, where it refused. */
  said: string;
}

/** Sends one request of the given body to a route of an engine, and reads its answer to the end. */
export async function tryRequest(
  world: Net,
  address: Address,
  { path, body }: { path: string; body: string },
): Promise<TriedRequest> {
  const headers = { "content-type": "application/json" };
  const answer = await exchange(world, address, { path, method: "POST", headers, body, timeoutMs: resetMs });
  if (!answer.ok) return { status: null, isStreamed: false, isCounted: false, said: answer.problem.message };
  const { status, text } = answer.value;
  return {
    status,
    isStreamed: /^data:/m.test(text),
    isCounted: /"completion_tokens"\s*:\s*\d/.test(text),
    said: status < 300 ? "" : shownBy(address, text).replaceAll(/\s+/g, " ").slice(0, 200),
  };
}

/**
 * Everything that the engine says of itself, from its route and its start-up log. `readLog` is called after the route has
 * answered: some engines write their log in a thread of its own, which may lag behind their first answer.
 */
export async function askConfiguration(
  world: Net,
  address: Address,
  engine: Engine,
  readLog: () => Promise<string>,
): Promise<ResolvedConfiguration | null> {
  if (!engine.resolved) return null;
  const answer = engine.resolved.path === undefined ? null : await ask(world, address, engine.resolved.path);
  const found = parserOf(engine).parse(answer, await readLog());
  if (found === null || address.access.secrets.length === 0) return found;
  return Object.fromEntries(
    Object.entries(found).map(([path, value]) => [path, typeof value === "string" ? shownBy(address, value) : value]),
  );
}

/** Empties each cache that the engine's file names. Some engines answer 200 and say in the body that it did not work. */
export async function resetCaches(world: Net, address: Address, engine: Engine): Promise<Launch["cacheResets"]> {
  const resets: Launch["cacheResets"] = [];
  for (const { path, successField } of engine.cacheReset) {
    const answer = await exchange(world, address, { path, method: "POST", timeoutMs: resetMs });
    if (!answer.ok) {
      resets.push({ path, ok: false, detail: answer.problem.message });
      continue;
    }
    const { status, text } = answer.value;
    const success = successField === undefined ? true : told(text, successField) === true;
    const ok = status >= 200 && status < 300 && success;
    resets.push({ path, ok, detail: `HTTP ${status}${text === "" ? "" : ` ${shownBy(address, text).slice(0, 200)}`}` });
  }
  return resets;
}

/** A profiler writes its trace before it answers: minutes, of a large model. */
const profilerMs = 30 * 60_000;

/** A POST to a route of an engine's profiler: why it is not obeyed, or null. */
export async function tellProfiler(world: Net, address: Address, path: string): Promise<Failure | null> {
  const answer = await exchange(world, address, { path, method: "POST", timeoutMs: profilerMs });
  if (answer.ok && answer.value.status < 300) return null;
  const said = answer.ok
    ? `answered HTTP ${answer.value.status} ${shownBy(address, answer.value.text).slice(0, 200)}`.trim()
    : `did not answer: ${answer.problem.message}`;
  const hint = "Look at `profilers` in the engine file, and at what this version of the engine takes.";
  return ownFailure("profiler-not-obeyed", `${path} ${said}`, hint);
}

/** Our metrics by `metric_names`; null where the engine has no such page or did not answer. */
export async function scrapeMetrics(
  world: Net,
  address: Address,
  engine: Engine,
): Promise<Record<string, number> | null> {
  if (engine.metricsPath === null) return null;
  const text = await ask(world, address, engine.metricsPath);
  return text === null ? null : selectMetrics(text, engine.metricNames);
}

/**
 * How many tokens the engine makes of a text. As `chat` with the model's template, where its route takes messages; else
 * the message alone. A failure where the engine's file names no such route, or the engine did not answer with a number.
 */
export async function askTokens(
  world: Net,
  address: Address,
  engine: Engine,
  { model, text, as }: { model: string; text: string; as: CountedAs },
): Promise<Result<number>> {
  const route = engine.tokenize;
  if (route === null) {
    const hint = "Give the engine file a `tokenize` if the engine has such a route.";
    return fail("tokens-not-counted", `the engine file ${engine.name}.yaml names no route that counts tokens`, hint);
  }
  const counted =
    as === "chat" && route.messages !== null
      ? { [route.messages]: [{ role: "user", content: text }] }
      : { [route.text]: text, ...(as === "prompt" ? route.fields : route.partFields) };
  const answer = await exchange(world, address, {
    path: route.path,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, ...counted }),
  });
  if (!answer.ok) return answer;
  const found = told(answer.value.text, route.count);
  const count = Array.isArray(found) ? found.length : found;
  if (answer.value.status === 200 && typeof count === "number") return succeed(count);
  return fail(
    "tokens-not-counted",
    `${route.path} answered HTTP ${answer.value.status} without ${route.count}: ${shownBy(address, answer.value.text).slice(0, 200)}`,
    "Look at `tokenize` in the engine file, and at what this version of the engine takes.",
  );
}

/** A member of a JSON text by its dotted path; undefined where the text is no JSON or lacks it. */
function told(text: string | null, path: string): Json | undefined {
  return text === null ? undefined : memberAt(parseJson(text), path);
}
