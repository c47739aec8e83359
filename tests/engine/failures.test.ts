import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";
import type { FailurePattern } from "../../src/schema/engine-file.ts";

const patterns: FailurePattern[] = [
  { class: "no-room", pattern: "No available memory for the cache blocks", hint: "more" },
  { class: "bad-flag", pattern: "unrecognized arguments", hint: "less" },
  { class: "remote-code", pattern: "trust_remote_code=True", hint: "trust" },
  { class: "unreachable", pattern: "Name or service not known", hint: "connect" },
  { class: "weights", pattern: "^KeyError", within: "load_weights", hint: "names" },
  { class: "module", pattern: "^ModuleNotFoundError: ", hint: "install" },
  { class: "something", pattern: "CUDA error", tells: "general", hint: "look" },
  { class: "fault", pattern: "\\bXid\\b", hint: "dmesg" },
  { class: "generic", pattern: "Engine core initialization failed", tells: "relay", hint: "see above" },
  {
    class: "died",
    pattern: "engine core exited unexpectedly",
    tells: "consequence",
    severity: "warning",
    hint: "again",
  },
  { class: "worker", pattern: "Worker proc .* died", tells: "consequence", hint: "again" },
];
const fallback = { class: "engine-exited", hint: "read the log" };
const root =
  "(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}";

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, "../fixtures/vllm", name), "utf8");
}

const classOf = (...lines: string[]) => classify(patterns, lines.join("\n"), fallback).class;

describe("the class of a failure", () => {
  it("is that of the cause, not of the generic last line", () => {
    const log = recorded("failures/kv_blocks_1.txt");
    const failure = classify(patterns, log, fallback);
    expect(failure.class).toBe("no-room");
    expect(failure.hint).toBe("more");
    expect(failure.file).toBe("server.log");
    expect(log.split("\n")[(failure.line ?? 0) - 1]).toContain(failure.message);
    expect(log.indexOf("No available memory")).toBeLessThan(log.indexOf("Engine core initialization failed"));
  });

  it("is that of the first pattern where two match one line", () => {
    const twice = [{ class: "first", pattern: "memory", hint: "" }, ...patterns];
    expect(classify(twice, "x\nNo available memory for the cache blocks\n", fallback)).toMatchObject({
      class: "first",
      line: 2,
    });
  });

  it("passes over the lines of a start that went well", () => {
    const log = recorded("failures/engine_killed.txt");
    const cause = log.split("\n").findIndex((line) => line.includes("engine core exited unexpectedly"));
    const early = `error: unrecognized arguments are ignored\n${log}`;
    expect(classify(patterns, early, fallback).class).toBe("bad-flag");
    expect(classify(patterns, early, fallback, { afterLine: 1 })).toMatchObject({ class: "died", line: cause + 2 });
  });

  it("falls back to the last line, or to our own words, where nothing matches", () => {
    expect(classify(patterns, "one\ntwo\n\n", fallback)).toEqual({
      class: "engine-exited",
      message: "two",
      file: "server.log",
      line: 2,
      hint: "read the log",
    });
    expect(classify(patterns, "", { ...fallback, message: "killed" })).toMatchObject({ message: "killed", line: null });
  });

  it("reads lines with terminal colours and cuts long ones", () => {
    const failure = classify(patterns, `\u001B[31munrecognized\u001B[0m arguments: ${"x".repeat(2000)}`, fallback);
    expect(failure.class).toBe("bad-flag");
    expect(failure.message.length).toBeLessThan(600);
  });

  it("reads lines in which a terminal's title or a link stands", () => {
    const titled = "\u001B]0;vllm\u0007unrecognized \u001B]8;;https://vllm.ai\u0007arguments\u001B]8;;\u0007: --x";
    expect(classify(patterns, titled, fallback)).toMatchObject({
      class: "bad-flag",
      message: "unrecognized arguments: --x",
    });
  });
});

describe("severity", () => {
  it("an INFO line and a printed configuration are no cause, whatever their level", () => {
    const told = "Initializing a V1 LLM engine (v1) with config: model='m', trust_remote_code=True, dtype=x";
    expect(classOf(`(EngineCore pid=3) INFO 11-29 12:00:00 [core.py:133] ${told}`, root)).toBe("generic");
    expect(classOf(`ERROR 11-29 12:00:00 [dump_input.py:72] Dumping input data for ${told}`, root)).toBe("generic");
    expect(classOf("[2025-01-01 00:00:00] server_args=ServerArgs(model='m', trust_remote_code=True)", root)).toBe(
      "generic",
    );
    expect(classOf("ERROR 11-29 12:00:00 [x.py:1] ValueError: set trust_remote_code=True", root)).toBe("remote-code");
  });

  it("a retry is no cause, though it is printed without a level", () => {
    const tried = "'[Errno -2] Name or service not known' thrown while requesting HEAD https://hub/config.json";
    expect(classOf(tried, "Retrying in 1s [Retry 1/5].", "RuntimeError: another")).toBe("engine-exited");
    expect(classOf("ERROR 11-29 12:00:00 [r.py:1] Name or service not known, retrying 1 of 2", "Error: x")).toBe(
      "engine-exited",
    );
    expect(classOf("httpx.ConnectError: [Errno -2] Name or service not known")).toBe("unreachable");
  });

  it("what an engine does without is no cause", () => {
    const without = "[2025-01-01 00:00:00] Ignore import error when loading a.b: No module named 'x'";
    const patternsOfModules = [{ class: "module", pattern: "No module named", hint: "" }];
    const failure = classify(patternsOfModules, `${without}\nTypeError: odd`, fallback);
    expect([failure.class, failure.message]).toEqual(["engine-exited", "TypeError: odd"]);
  });

  it.each([
    "ERROR: ld.so: object '/usr/lib/libjemalloc.so.2' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
    "host:33:33 [1] NCCL INFO NET/Plugin: Plugin load returned 2 : libnccl-net.so: cannot open shared object file: when loading",
    "warning: could not open x: cannot open shared object file",
  ])("what a library or a shell tells beside the failure is no cause: %s", (line) => {
    const library: FailurePattern = { class: "library", pattern: "cannot open shared object file", hint: "install" };
    const raised = [
      "Traceback (most recent call last):",
      '  File "/x/a.py", line 3, in run',
      "RuntimeError: upside down",
    ];
    const failure = classify([library], [line, ...raised].join("\n"), fallback);
    expect(failure).toMatchObject({ class: "engine-exited", message: "RuntimeError: upside down" });
  });

  it("a warning is asked by the patterns that name it alone", () => {
    expect(classOf("WARNING 11-29 12:00:00 [a.py:1] unrecognized arguments are ignored", root)).toBe("generic");
    expect(classOf("WARNING 11-29 12:00:00 [a.py:1] engine core exited unexpectedly")).toBe("died");
    expect(classOf("a.py:3: UserWarning: unrecognized arguments are ignored")).toBe("engine-exited");
  });
});

describe("prefixes and letter case do not count", () => {
  it.each([
    "ModuleNotFoundError: No module named 'x'",
    "(APIServer pid=1) ModuleNotFoundError: No module named 'x'",
    "(EngineCore_DP0 pid=123) ERROR 11-29 12:00:00 [core.py:708] ModuleNotFoundError: No module named 'x'",
    "(EngineCore_DP0 pid=1) (RayWorkerWrapper pid=2, ip=10.0.0.1) ERROR 09-18 00:55:15 [v1/engine/core.py:718] ModuleNotFoundError: x",
    "(VllmWorker TP0 pid=3) ERROR 2025-11-29 12:00:00 [core.py:708] ModuleNotFoundError: x",
    "ERROR 02-10 15:22:14 engine.py:389] ModuleNotFoundError: x",
    "(raylet) ModuleNotFoundError: No module named 'x'",
    "[rank0]: ModuleNotFoundError: No module named 'x'",
    "[2025-03-29 18:12:40 TP0] ModuleNotFoundError: No module named 'x'",
    "[19:01:01 TP1] ModuleNotFoundError: No module named 'x'",
    "vllm-1  | ERROR:    ModuleNotFoundError: No module named 'x'",
    "2025-11-29T12:00:00.123Z stderr F ModuleNotFoundError: No module named 'x'",
    "Apr 17 23:09:42 athena vllm[2840147]: ModuleNotFoundError: No module named 'x'",
    "2025-11-29 12:00:00,123 - vllm.core - ERROR - ModuleNotFoundError: No module named 'x'",
    "2025-11-29 12:00:00,123\tERROR worker.py:409 -- ModuleNotFoundError: No module named 'x'",
    "E1129 12:00:00.123456 123 worker.cc:12] ModuleNotFoundError: No module named 'x'",
    "[10/12/2025-12:00:20] [TRT-LLM] [E] ModuleNotFoundError: No module named 'x'",
    "MODULENOTFOUNDERROR: no module named 'x'",
  ])("%s", (line) => expect(classOf(line)).toBe("module"));
});

describe("the cause", () => {
  const known = "ModuleNotFoundError: No module named 'x'";

  it("is the innermost exception of a chain", () => {
    const chain = ["Traceback (most recent call last):", '  File "a.py", line 1, in f', "    g()"];
    const link = "The above exception was the direct cause of the following exception:";
    expect(classOf(...chain, known, "", link, "", ...chain, "OSError: No available memory for the cache blocks")).toBe(
      "module",
    );
    const failure = classify(
      patterns,
      [...chain, "Odd: one", "", link, "", ...chain, "Even: two"].join("\n"),
      fallback,
    );
    expect(failure).toMatchObject({ class: "engine-exited", message: "Odd: one", line: 4 });
  });

  it("is that of the last traceback, where the engine went on after the others", () => {
    const raise = (what: string) => ["Traceback (most recent call last):", '  File "a.py", line 1, in f', what];
    const went = "INFO 11-29 12:00:01 [model.py:1] Resolved architecture: M";
    const failure = classify(patterns, [...raise(known), went, ...raise("TypeError: odd"), root].join("\n"), fallback);
    expect(failure).toMatchObject({ class: "generic", message: "TypeError: odd", line: 7 });
  });

  it("is not an exception that Python ignored while the engine ended", () => {
    const ignored = ["Exception ignored in: <function x.__del__>", "Traceback (most recent call last):", known];
    expect(classOf("TypeError: odd", ...ignored)).toBe("engine-exited");
  });

  it("is looked for in the process that failed first, where another only says that it ended", () => {
    const worker = "(Worker_TP1 pid=2) ERROR 11-29 12:00:00 [w.py:1] ";
    const other = "(Worker_TP0 pid=1) ERROR 11-29 12:00:00 [w.py:1] ";
    expect(
      classOf(
        `${worker}Traceback (most recent call last):`,
        `${other}Traceback (most recent call last):`,
        `${worker}${known}`,
        `${other}RuntimeError: a peer has gone`,
        root,
      ),
    ).toBe("module");
  });

  it("may stand beside an exception that tells little", () => {
    const little = "RuntimeError: CUDA error: unknown error";
    expect(classOf("kernel: NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus", little)).toBe("fault");
    expect(classOf(little)).toBe("something");
  });

  it("of a failed look-up follows from the function that it happened in", () => {
    const at = (name: string) => ["Traceback (most recent call last):", `  File "m.py", line 1, in ${name}`];
    expect(classOf(...at("load_weights"), "KeyError: 'visual.merger'")).toBe("weights");
    expect(classOf(...at("get_config"), "KeyError: 'visual.merger'")).toBe("engine-exited");
  });

  it("is the exception's own line where no class fits, with what it announces", () => {
    const failure = classify(
      patterns,
      [
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
        "dtype",
        "  none of these",
      ].join("\n"),
      fallback,
    );
    expect(failure.message).toContain("ModelConfig dtype none of these");
  });

  it("of a worker that was killed is not what its peers say afterwards", () => {
    const log = [
      "(EngineCore pid=2) ERROR 11-29 12:00:00 [e.py:1] Worker proc VllmWorker-0 died unexpectedly (exit code: -9)",
      "(EngineCore pid=2) INFO 11-29 12:00:00 [e.py:2] [shutdown] Executor: waiting for worker exit count=0",
      "(EngineCore pid=2) ERROR 11-29 12:00:00 [c.py:1] Traceback (most recent call last):",
      "(EngineCore pid=2) ERROR 11-29 12:00:00 [c.py:1] RuntimeError: cancelled",
    ];
    expect(classOf(...log)).toBe("worker");
  });
});

it("the end of a C++ program has the words of what it threw", () => {
  const thrown = [
    "terminate called after throwing an instance of 'std::runtime_error'",
    "  what():  this custom template is not supported, try using --jinja",
  ];
  const crashed: FailurePattern = {
    class: "crashed",
    pattern: "terminate called",
    tells: "consequence",
    hint: "again",
  };
  const failure = classify([crashed], thrown.join("\n"), fallback);
  expect(failure).toMatchObject({ class: "crashed", message: thrown.join(""), line: 1 });
});

it("a log of many megabytes is read in seconds", () => {
  const line = "(APIServer pid=1) ERROR 11-29 12:00:00 [serving.py:500] Error in completion stream generator.";
  const log = `${`${line}\n`.repeat(50_000)}${root}`;
  expect(classify(patterns, log, fallback).class).toBe("generic");
}, 20_000);
