import { spawn } from "node:child_process";
import { extname, join } from "node:path";
import { fail, type Fault, type Result } from "../../schema/result.ts";
import type { ShardOutcome } from "../load-shard.ts";
import type { SpoolFiles } from "../spool/spool-files.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { nodeFlags } from "./node-flags.ts";

/** What a worker gets of the environment: what Node needs to run and to trust a server. No secret is among it. */
const variables = [
  "PATH",
  "HOME",
  "LANG",
  "NODE_COMPILE_CACHE",
  "NODE_EXTRA_CA_CERTS",
  "NODE_TLS_REJECT_UNAUTHORIZED",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
];

/** Characters of a worker's stderr that are kept, the last ones, to find the reason of its end. */
const LONGEST_WORDS = 2000;

/** One process that carries a shard of a load. */
export interface Worker {
  pid: number | undefined;
  say(message: ToWorker): void;
  /** Ends it at once. */
  kill(): void;
  /** True when it has all that it needs to send; false where it ended before. */
  ready: Promise<boolean>;
  /** Resolves when its measured requests are over, or it ended. */
  measured: Promise<void>;
  /** Its outcome, or why it has none, when its process has ended. */
  done: Promise<Result<ShardOutcome>>;
}

/** Starts one, on a core of its own where one is given. `onMessage` gets each of its messages. */
export function startWorker(
  { worker, workers, core }: { worker: number; workers: number; core: number | null },
  spool: SpoolFiles,
  onMessage: (message: FromWorker) => void,
): Worker {
  const script = join(import.meta.dirname, `load-worker${extname(import.meta.filename)}`); // beside this one in the bundle, too
  const node = [process.execPath, ...nodeFlags, script];
  const [program = "", ...args] = core === null ? node : ["taskset", "-c", String(core), ...node];
  // Not by execa, which would read each message as well, and give the event loop a turn for it, while a load runs.
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe", "ipc", spool.requests, spool.tokens],
    serialization: "advanced",
    env: Object.fromEntries(variables.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
  });
  const name = `load worker ${worker + 1} of ${workers}`;
  let words = "";
  let outcome: Result<ShardOutcome> | null = null;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-LONGEST_WORDS)));

  const { promise: ready, resolve: isReady } = Promise.withResolvers<boolean>();
  const { promise: measured, resolve: isMeasured } = Promise.withResolvers<void>();
  const { promise: done, resolve: isDone } = Promise.withResolvers<Result<ShardOutcome>>();
  child.on("message", (message: FromWorker) => {
    if (message.type === "ready") isReady(true);
    if (message.type === "measured") isMeasured();
    if (message.type === "done") ({ outcome } = message);
    onMessage(message);
  });
  const ended = (fault: () => { ok: false; problem: Fault }): void => {
    isReady(false);
    isMeasured();
    isDone(outcome ?? fault());
  };
  child.on("error", (error) => ended(() => notStarted(name, program, core, error)));
  // Later than "exit": by then all that it said has been read.
  child.on("close", (code, signal) => ended(() => endedEarly(name, core, signal ?? `code ${code}`, words)));
  return {
    pid: child.pid,
    // Where it can no longer be said, its end says why.
    say: (message) => void (child.connected && child.send(message, () => undefined)),
    kill: () => void child.kill("SIGKILL"),
    ready,
    measured,
    done,
  };
}

function notStarted(name: string, program: string, core: number | null, error: Error): { ok: false; problem: Fault } {
  if (core === null) return fail("client-worker-died", `${name} could not be started: ${error.message}`, "Run again.");
  return fail(
    "no-taskset",
    `${name} could not be pinned to core ${core}: ${program} could not be started (${error.message})`,
    "Install taskset (util-linux; Linux only), or leave load.cores out.",
  );
}

function endedEarly(name: string, core: number | null, how: string, words: string): { ok: false; problem: Fault } {
  const said = words.trim();
  if (core !== null && /taskset/.test(said)) {
    return fail(
      "core-not-there",
      `${name} could not be pinned to core ${core}: ${said}`,
      "Name cores of this machine that this process may use (`taskset -cp $$` shows them) in load.cores.",
    );
  }
  if (/heap out of memory|process out of memory|OOM error|bad_alloc/i.test(said)) {
    return fail(
      "client-worker-died",
      `${name} ran out of memory (${how})`,
      "Give the machine or the container more memory, or spread the load over more workers (load.workers).",
    );
  }
  return fail(
    "client-worker-died",
    `${name} ended with ${how} before its load did${said === "" ? "" : `: ${said.split("\n").at(-1)}`}`,
    "Look whether the machine ran out of memory (`dmesg`), or somebody ended the process; then run again.",
  );
}
