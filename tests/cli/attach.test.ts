import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { makeStudyFolder, repository, runCli, startCli, storedTrials, until } from "../support/cli.ts";
import { startKeyedServer, type KeyedServer } from "../support/keyed-server.ts";

const key = "sk-very-secret-0123";
const place = makeStudyFolder();
afterAll(() => place.remove());
const servers: KeyedServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function keyedServer(options?: { tls: boolean }): Promise<KeyedServer> {
  const server = await startKeyedServer({ authorization: `Bearer ${key}`, "x-tenant": "lab" }, options);
  servers.push(server);
  return server;
}

/** A curve of a server, of which some texts are measured by its tokenizer. */
function matrix(study: string, sut: string, workers = 1): string {
  return `study: ${study}
question: How many does it carry?
sut: ${sut}
baseline: { id: service }
design: { kind: isolation, changes: [{ id: more, set: { load.concurrency: 4 } }] }
workloads:
  - workload: chat
    scenario: closed
    endpoint: chat
    prompt: text
    prompt_lengths: engine
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 8 }, output_tokens: { distribution: fixed, value: 4 } }
    sampling: { max_tokens: 4 }
    load: { concurrency: 2, workers: ${workers} }
    warmup: { requests: 4 }
    counts: { smoke: { requests: 24 } }
fidelity: smoke
repeats: 1
`;
}

async function run(text: string, args: string[] = [], variables: Record<string, string> = {}) {
  const folder = makeStudyFolder({ "matrices/server.yaml": text });
  const answer = await runCli(["run", "matrices/server.yaml", ...args], folder.folder, { TOKEN: key, ...variables });
  return { ...answer, folder: folder.folder, remove: folder.remove };
}

const headers = "headers: { Authorization: { env: TOKEN }, X-Tenant: lab }";
const measured = [0, 4];

describe("a server that runs already", () => {
  it.each([
    ["http", false, 1],
    ["http, by two client processes", false, 2],
    ["https", true, 1],
  ])(
    "is asked over %s with the headers in every request, and the secret is written nowhere",
    async (_, tls, workers) => {
      const server = await keyedServer({ tls });
      const text = matrix("served", `{ engine: endpoint, url: "${server.url}", ${headers}, model: tiny }`, workers);
      const trusted: Record<string, string> = tls
        ? { NODE_EXTRA_CA_CERTS: join(repository, "tests/fixtures/mlflow/tls/identity.pem") }
        : {};
      const folder = makeStudyFolder({ "matrices/server.yaml": text });
      const running = startCli(["run", "matrices/server.yaml", "--json"], folder.folder, { TOKEN: key, ...trusted });
      await until(() => server.requests.some(({ path }) => path.endsWith("/chat/completions")), 60);
      expect(commandLines()).not.toContain(key);
      const { code, stdout, stderr } = await running.ended;
      expect(measured, stderr).toContain(code);
      expect(stdout + stderr).not.toContain(key);
      const paths = new Set(server.requests.map(({ path }) => path));
      for (const path of ["/health", "/v1/models", "/metrics", "/tokenize", "/v1/chat/completions"])
        expect(paths).toContain(path);
      expect(server.requests.filter(({ isKeyed }) => !isKeyed)).toEqual([]);
      const trials = storedTrials(folder.folder, "served");
      expect(trials.map(({ trial }) => trial.verdict.status)).not.toContain("FAILED");
      expect(trials).toHaveLength(2);
      expect(spawnSync("grep", ["-rl", key, folder.folder], { encoding: "utf8" }).stdout).toBe("");
      const [launch = ""] = readdirSync(join(folder.folder, "results/served/launches"));
      const record = readFileSync(join(folder.folder, "results/served/launches", launch, "launch.json"), "utf8");
      expect(JSON.parse(record)).toMatchObject({
        url: server.url,
        headers: { Authorization: { env: "TOKEN" }, "X-Tenant": "lab" },
      });
      folder.remove();
    },
  );

  it("that refuses the key is a failure which does not repeat it", async () => {
    const server = await keyedServer();
    const text = matrix("refused", `{ engine: endpoint, url: "${server.url}", ${headers}, model: tiny }`);
    const { code, stdout, stderr, folder, remove } = await run(text, [], { TOKEN: "sk-another-key-77" });
    expect(code, stderr).toBe(3);
    expect(stderr).toContain("key-refused");
    expect(stdout + stderr).not.toContain("sk-another-key-77");
    expect(spawnSync("grep", ["-rl", "sk-another-key-77", folder], { encoding: "utf8" }).stdout).toBe("");
    remove();
  });

  it("is not asked where a variable is missing: an error of the run, a warning of the plan", async () => {
    const server = await keyedServer();
    const text = matrix("missing", `{ engine: endpoint, url: "${server.url}", ${headers}, model: tiny }`);
    const { code, stderr, folder, remove } = await run(text, [], { TOKEN: "" });
    expect(code).toBe(2);
    expect(stderr).toContain("the variable TOKEN is not set");
    const planned = await runCli(["plan", "matrices/server.yaml"], folder, { TOKEN: "" });
    expect(planned.code).toBe(0);
    expect(planned.stderr).toContain("warning[no-variable]");
    const shown = await runCli(["plan", "matrices/server.yaml", "--show-command", "service"], folder, { TOKEN: key });
    expect(shown.stdout).toBe(`# nothing is started: Ceteris attaches to ${server.url}\n`);
    expect(server.requests).toEqual([]);
    remove();
  });

  it("takes the place of the matrix's by --url; rows that need a start are SKIPPED", async () => {
    const server = await keyedServer();
    const text = matrix("local", "{ engine: simulated, model: tiny }")
      .replace("baseline: { id: service }", "baseline: { id: service, knobs: { max_num_seqs: 4 } }")
      .replace("changes: [", "changes: [{ id: wide, set: { max_num_seqs: 8 } }, ");
    const open = await startKeyedServer({});
    servers.push(open);
    const { code, stderr, folder, remove } = await run(text, ["--url", open.url]);
    expect(measured, stderr).toContain(code);
    expect(stderr).toContain("max_num_seqs");
    const trials = storedTrials(folder, "local-endpoint");
    expect(trials.map(({ trial }) => trial.spec.experiment).toSorted()).toEqual(["more", "service"]);
    expect(trials.every(({ trial }) => trial.origin === "measured")).toBe(true);
    expect(server.requests).toEqual([]);
    remove();
  });
});

/** Of every process of this user that can be seen. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}
