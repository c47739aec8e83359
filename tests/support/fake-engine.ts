/**
 * A small engine for tests of launching: a process that logs, listens on --port and answers some of vLLM's routes.
 * `--fail LINE` logs it and ends with code 0; `--hang` logs once and never listens, with `--log-on` it
 * logs on; `--child` has a second process in
 * its group that heeds no signal; `--stubborn` heeds no signal itself. POST /die?how=exit|503 ends it as vLLM ends.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    fail: { type: "string" },
    hang: { type: "boolean", default: false },
    "log-on": { type: "boolean", default: false },
    child: { type: "boolean", default: false },
    stubborn: { type: "boolean", default: false },
    "max-num-seqs": { type: "string", default: "256" },
  },
  strict: false,
});

console.log("non-default args: {}");
const ignoreSignals = "process.on('SIGINT', () => {}); process.on('SIGTERM', () => {});";
if (values.stubborn) for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
if (values.child) spawn(process.execPath, ["-e", `${ignoreSignals} setInterval(() => {}, 1000)`], { stdio: "ignore" });

if (values.fail !== undefined) {
  console.log(values.fail);
  console.log("RuntimeError: Engine core initialization failed. See root cause above.");
} else if (values.hang) {
  setInterval(() => values["log-on"] === true && console.log("loading"), 50);
} else {
  let health = 200;
  const answers: Record<string, () => string> = {
    "/health": () => "",
    "/version": () => '{"version":"1.2.3"}',
    "/v1/models": () => '{"object":"list","data":[{"id":"fake-model"}]}',
    "/server_info": () => `{"vllm_config":{"scheduler_config":{"max_num_seqs":${String(values["max-num-seqs"])}}}}`,
    "/metrics": () => 'fake:waiting{engine="0"} 2\nfake:waiting{engine="1"} 1\nfake:running 4\nfake:tokens_total 10\n',
    "/reset_ok": () => '{"success":true}',
    "/reset_refused": () => '{"success":false}',
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/die") {
      console.log("EngineDeadError: the core is gone");
      if (searchParams.get("how") === "503") health = 503;
      response.end("", () => searchParams.get("how") === "exit" && process.exit(0));
      return;
    }
    const answer = answers[pathname];
    response.writeHead(pathname === "/health" ? health : answer ? 200 : 404).end(answer?.() ?? "");
  });
  server.listen(Number(values.port), "127.0.0.1", () => console.log("Application startup complete"));
}
