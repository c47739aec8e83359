import { DuckDBInstance } from "@duckdb/node-api";
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { fakeMlflow } from "../support/fake-mlflow.ts";
import { makeStudyFolder, runCli, startCli } from "../support/cli.ts";

/** One for each place in which a user has a secret: which one is found says where it got out. Letters alone, so that an address has it as it is. */
const canaries = {
  token: "hf_canaryTokenOfTheHubabcdefghij",
  engineKey: "canaryOfAnEnginesOwnKeyabcdef",
  plainName: "canaryUnderAPlainNameabcdef",
  proxy: "canaryOfAProxyabcdef",
  tracking: "canaryOfTheTrackingServerabcdef",
  trackingAddress: "canaryOfATrackingAddressabcdef",
  header: "canaryOfAHeaderabcdef",
  bearer: "canaryOfABearerabcdef",
};
const everyCanary = new RegExp(Object.values(canaries).join("|"));

/** A dozen commands, each a process of its own. */
const timeout = { timeout: 600_000 };
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown,
): Promise<number> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => void answer(request, response, Buffer.concat(parts)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Every text in a folder: parquet decoded, row by row, all else as it is; and every name of a file. */
async function textsIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) continue;
    let text = readFileSync(path, "latin1");
    if (path.endsWith(".parquet")) {
      const rows = await connection.runAndReadAll(`SELECT CAST(to_json(t) AS VARCHAR) FROM read_parquet('${path}') t`);
      text += JSON.stringify(rows.getRowsJS());
    }
    found.set(name, `${name}\n${text}`);
  }
  connection.closeSync();
  instance.closeSync();
  return found;
}

/** Where a canary is: the name of what has it, and which. */
function escaped(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([name, text]) => {
    const hit = everyCanary.exec(text);
    return hit === null ? [] : [`${name}: …${text.slice(Math.max(0, hit.index - 60), hit.index + 60)}…`];
  });
}

/** Arguments of every process, at many moments of a run. Their environments have the secrets, and only their own user reads those. */
async function commandLinesDuring(running: Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  const over = new AbortController();
  void running.finally(() => over.abort());
  while (!over.signal.aborted) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
      } catch {
        // ended meanwhile
      }
    }
    await wait(50);
  }
  return seen;
}

const workload = (more: string) => `
workloads:
  - workload: w
    scenario: closed
    endpoint: chat
    prompt: text
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 8 }, output_tokens: { distribution: fixed, value: 4 } }
    load: { concurrency: 2 }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 12 } }
fidelity: smoke
repeats: 1
${more}`;

/** Prints all that an engine could: its environment, its arguments, a secret in two pieces, a header; then it is the engine. */
const leak = `#!/bin/sh
env
echo "argv: $*"
printf '%.9s' "$SERVICE_API_KEY"; sleep 0.1; printf '%s and more\\n' "$(printf %s "$SERVICE_API_KEY" | cut -c10-)"
echo "Authorization: Bearer $MY_SETTING" >&2
echo "{'api_key': ['$SERVICE_API_KEY'], 'proxy': '$HTTPS_PROXY'}"
exec "$@"
`;

it(
  "leaves no secret of an engine, a proxy or a tracking server in anything that a study leaves or shows",
  timeout,
  async () => {
    const mlflow = fakeMlflow();
    const sent: string[] = [];
    let isBroken = false;
    const port = await serve(async ({ url = "", method, headers }, response, body) => {
      sent.push(`${url}\n${body.toString("latin1")}`);
      if (isBroken) return response.writeHead(500).end(`refused: ${JSON.stringify(headers)}`);
      const asked = { url: `http://mlflow.test${url}`, method: method as "POST", body: new Uint8Array(body) };
      const isJson = headers["content-type"]?.includes("json") === true;
      const answer = await mlflow.request(isJson ? { ...asked, body: body.toString() } : asked);
      if (answer.ok) response.writeHead(answer.value.status).end(answer.value.text);
      else response.destroy();
    });
    const matrix = `study: leaky
question: Who reads it?
sut: { engine: simulated, model: tiny, prefix: [./leak.sh], after_trial: [[./hook.sh]] }
baseline:
  knobs:
    env.HF_TOKEN: { env: HF_TOKEN }
    env.SERVICE_API_KEY: { env: ENGINE_KEY }
    env.MY_SETTING: { env: PLAIN }
    env.HTTPS_PROXY: { env: PROXY }
design: { kind: isolation, changes: [{ id: more, set: { load.concurrency: 3 } }] }${workload("")}`;
    const study = makeStudyFolder({
      "matrices/leaky.yaml": matrix,
      "leak.sh": leak,
      "hook.sh": "#!/bin/sh\nenv\ncat /proc/$PPID/environ\n",
    });
    for (const script of ["leak.sh", "hook.sh"]) chmodSync(join(study.folder, script), 0o755);
    const variables = {
      HF_TOKEN: canaries.token,
      ENGINE_KEY: canaries.engineKey,
      PLAIN: canaries.plainName,
      PROXY: `http://me:${canaries.proxy}@proxy.invalid:3128`,
      MLFLOW_TRACKING_URI: `http://me:${canaries.trackingAddress}@127.0.0.1:${port}`,
      MLFLOW_TRACKING_USERNAME: "me",
      MLFLOW_TRACKING_PASSWORD: canaries.tracking,
    };
    const said: [string, string][] = [];
    const command = async (...args: string[]): Promise<number | null> => {
      const running = startCli(args, study.folder, variables);
      const seen = await commandLinesDuring(running.ended);
      const { code, stdout, stderr } = await running.ended;
      said.push([`${args.join(" ")}: output`, stdout + stderr], [`${args.join(" ")}: arguments`, [...seen].join("\n")]);
      return code;
    };
    await command("plan", "matrices/leaky.yaml", "--show-command", "more");
    const code = await command("run", "matrices/leaky.yaml", "--json");
    expect([0, 4], said.at(-2)?.[1]).toContain(code);
    for (const format of ["latex", "csv", "json"])
      await command("report", "leaky", "--format", format, "--out", `shown-${format}`);
    await command("query", "SELECT * FROM trials, launches");
    isBroken = true;
    await command("sync", "leaky");
    await command("verify");

    const log = join(study.folder, "results/leaky/launches");
    const [launch = ""] = readdirSync(log);
    const shown = readFileSync(join(log, launch, "server.log"), "utf8");
    // What the engine printed is there, without its secrets.
    for (const line of ["HF_TOKEN=***", "SERVICE_API_KEY=***", "MY_SETTING=***", "*** and more", "Authorization: ***"])
      expect(shown).toContain(line);
    expect(mlflow.runs.length).toBeGreaterThan(1);
    const texts = await textsIn(study.folder);
    texts.delete("leak.sh");
    expect([...texts.keys()].filter((name) => name.endsWith(".parquet")).length).toBeGreaterThan(3);
    sent.forEach((text, at) => texts.set(`sent to MLflow, ${at}`, text));
    expect(escaped(new Map([...texts, ...said]))).toEqual([]);
    study.remove();
  },
);

it("leaves no secret of a server that repeats it in every answer", timeout, async () => {
  let answers = 0;
  const port = await serve(({ url = "", headers }, response) => {
    const echo = JSON.stringify(headers);
    if (url === "/v1/models")
      return response.end(JSON.stringify({ data: [{ id: "tiny", key: headers["x-api-key"] }] }));
    if (url === "/health") return response.end(echo);
    if (url === "/version") return response.end(JSON.stringify({ version: headers["authorization"] }));
    if (url === "/metrics") return response.end(`a{key="${String(headers["x-api-key"])}"} 1\n`);
    answers += 1;
    if (answers % 2 === 0) return response.writeHead(500).end(`<html>who sent ${echo}?</html>`);
    const event = {
      choices: [{ index: 0, delta: { content: echo }, finish_reason: "stop" }],
      usage: { completion_tokens: 4, prompt_tokens: 8 },
    };
    return response
      .writeHead(200, { "content-type": "text/event-stream" })
      .end(`data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`);
  });
  const matrix = `study: echo
question: Who reads it?
sut:
  engine: endpoint
  model: tiny
  url: http://127.0.0.1:${port}
  headers: { Authorization: { env: BEARER }, X-Api-Key: { env: HEADER } }
baseline: { id: service }
design: { kind: isolation, changes: [{ id: more, set: { load.concurrency: 3 } }] }${workload("")}`;
  const study = makeStudyFolder({ "matrices/echo.yaml": matrix });
  const variables = { BEARER: canaries.bearer, HEADER: canaries.header };
  const run = await runCli(["run", "matrices/echo.yaml"], study.folder, variables);
  expect([3, 4], run.stderr).toContain(run.code);
  const bench = await runCli(
    ["bench", `http://me:${canaries.header}@127.0.0.1:${port}`, "--requests", "4"],
    study.folder,
  );
  expect(bench.code).toBe(2);
  const keyed = [
    "bench",
    `http://127.0.0.1:${port}`,
    "--requests",
    "4",
    "--concurrency",
    "2",
    "--api-key-env",
    "BEARER",
    "--json",
  ];
  const benched = await runCli(keyed, study.folder, variables);
  const texts = await textsIn(study.folder);
  expect([...texts.values()].some((text) => text.includes("HTTP 500"))).toBe(true);
  for (const [name, { stdout, stderr }] of Object.entries({ run, bench, benched })) texts.set(name, stdout + stderr);
  expect(escaped(texts)).toEqual([]);
  expect(spawnSync("find", [study.folder, "-name", "requests.parquet"], { encoding: "utf8" }).stdout).not.toBe("");
  study.remove();
});
