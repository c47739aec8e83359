import { ExitCode, run } from "@stricli/core";
import { describe, expect, it } from "vitest";
import { applicationFor } from "../../src/cli/application.ts";
import type { Context } from "../../src/cli/context.ts";
import { exitCodeOf, fault } from "../../src/cli/text.ts";

/** What is said about a misuse; no command gets as far as its work. */
async function said(...args: string[]): Promise<string> {
  let [stdout, stderr] = ["", ""];
  const streams: Context["process"] = {
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
  };
  const context = { process: streams } as Context; // without a world: no command may get as far as wanting one
  await run(applicationFor(args, false), args, context);
  expect(stdout).toBe("");
  expect([ExitCode.InvalidArgument, ExitCode.UnknownCommand]).toContain(streams.exitCode);
  return stderr;
}

describe("a misuse is answered with what is wrong, the choices, and what next", () => {
  it.each<[string[], string]>([
    [["plan", "a", "--fidelity", "fast"], "--fidelity takes smoke, screen, valid, or submission, not `fast`"],
    [["run", "a", "--retry=skipped"], "--retry takes failed or invalid, not `skipped`"],
    [["query", "select 1", "--format", "xml"], "--format takes table, json, csv, or markdown, not `xml`"],
    [["plan"], "the argument <matrix> is missing"],
    [["query"], "the argument <sql> is missing"],
    [["score", "a", "b"], "`b` is one argument too many: one is expected"],
    [["index", "a"], "`a` is one argument too many: none is expected"],
    [["plan", "a", "--seed", "x"], "--seed: x is not a whole number of 0 or more, written in digits"],
    [["bench", "--rate", "1e9"], "--rate: 1e9 is not a number of 0 or more, written in digits, such as 12 or 0.5"],
    [["bench", "--warmup", "1.5"], "--warmup: 1.5 is not a whole number of 0 or more, written in digits"],
    [["plan", "a", "--seed"], "--seed needs a value"],
    [["plan", "a", "--seed", "--json"], "--seed needs a value, and --json follows at once"],
    [["plan", "a", "--seed", "1", "--seed", "2"], "--seed is given twice: `1` and `2`"],
    [["plan", "a", "--fidlity", "smoke"], "there is no flag --fidlity; did you mean --fidelity?"],
    [["run", "a", "--max-hour", "2"], "there is no flag --max-hour; did you mean --max-hours?"],
    [["index", "--no-such-flag"], "there is no flag --no-such-flag\n"],
    [["plan", "a", "-z"], "there is no flag -z"],
  ])("%j", async (args, message) => {
    const text = await said(...args);
    expect(text).toContain(`ceteris: ${message}`);
    expect(text).toContain(`\`ceteris ${args[0]} --help\` lists its flags and arguments.`);
  });

  it("leads to the help that has the flags, also of a command of two words", async () => {
    expect(await said("export", "mlperf", "study", "--division", "shut")).toContain(
      "`ceteris export mlperf --help` lists",
    );
    expect(await said("site", "build", "--nonsense")).toContain("`ceteris site build --help` lists");
  });

  it("names the nearest commands, or where they are listed", async () => {
    expect(await said("pln")).toContain(
      "ceteris: there is no command `pln`\n  Did you mean `plan`? `ceteris --help` lists the commands.",
    );
    expect(await said("xyzzy")).toBe("ceteris: there is no command `xyzzy`\n  `ceteris --help` lists the commands.\n");
  });

  it("says all that is wrong at once", async () => {
    const text = await said("plan", "--fidelity", "fast");
    expect(text).toContain("<matrix> is missing");
    expect(text).toContain("--fidelity takes");
  });
});

describe("what a command threw", () => {
  it("is told with its remedy where the system refused something, else as an internal error with its trace", () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      path: "/results/a",
    });
    expect(fault(full)).toBe(
      "ceteris: /results/a: the file system has no room left (ENOSPC)\n  Free some space, or name another place.",
    );
    expect(exitCodeOf(full)).toBe(2);
    expect(fault(new TypeError("planted"))).toMatch(/internal error, please report it:\nTypeError: planted\n\s+at /);
    expect(exitCodeOf(new TypeError("planted"))).toBe(1);
  });
});
