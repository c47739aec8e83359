import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { repository, runCli } from "../support/cli.ts";

const fixtures = join(repository, "tests/fixtures");
const broken = "matrices/twenty-mistakes.yaml";

/** `export async function planCommand(` in a file of `src/commands/`: the command `plan`. */
function commandsInCode(): string[] {
  const folder = join(repository, "src/commands");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(/^export async function (\w+)Command\(/gm),
    ])
    .map(([, name = ""]) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}

/** `export` and `site` have forms below them. */
const hidden = new Set(["export-mlperf", "site-build"]);

describe("the help", () => {
  it("lists every command that there is, with a line on what it does", async () => {
    const { code, stdout, stderr } = await runCli(["--help"], repository);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const commands = commandsInCode().filter((name) => !hidden.has(name));
    expect(commands.length).toBeGreaterThan(5);
    for (const name of commands) {
      expect(stdout).toMatch(new RegExp(`^  ceteris ${name}\\b`, "m"));
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
    }
    expect(stdout).not.toContain("simulated-engine");
  });

  it("is short where nothing was typed: each command in a line, and what to type next", async () => {
    const { code, stdout, stderr } = await runCli([], repository);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of [...commandsInCode().filter((one) => !hidden.has(one)), "export mlperf", "site build"])
      expect(stdout.match(new RegExp(`^  ${name} +\\S`, "gm"))).toHaveLength(1);
    expect(stdout).not.toContain("[--");
    expect(stdout.split("\n").length).toBeLessThan(32);
    expect(stdout).toContain("ceteris init");
  });

  it("is there for the simulated engine too, whose other flags are vLLM's", async () => {
    const { code, stdout } = await runCli(["serve-simulated", "--help"], repository);
    expect(code).toBe(0);
    expect(stdout).toContain("vllm serve");
  });
});

it("says its version", async () => {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
  expect(await runCli(["--version"], repository)).toMatchObject({ code: 0, stdout: `${version}\n` });
});

describe("misuse", () => {
  it.each([
    { args: ["pln", "a.yaml"], says: "Did you mean `plan`?" },
    { args: ["plan", "a.yaml", "--fidlity", "smoke"], says: "did you mean --fidelity?" },
    { args: ["plan"], says: "<matrix> is missing" },
    { args: ["plan", "matrices/nowhere.yaml"], says: "there is no matrices/nowhere.yaml" },
    { args: ["report", "nowhere"], says: "nowhere" },
  ])("exits with 2 and says what next: $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(args, fixtures);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});

describe("a broken matrix", () => {
  it.each(["plan", "run"])("%s says all that is wrong on stderr, and nothing on stdout", async (command) => {
    const { code, stdout, stderr } = await runCli([command, broken], fixtures);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.match(/^(error|warning)\[/gm)).toHaveLength(20);
    expect(stderr).toContain("error[unknown-knob]: ");
    expect(stderr).toContain(` --> ${broken}:`);
    expect(existsSync(join(fixtures, "results"))).toBe(false);
  });

  it("is data with --json, in the order of the file", async () => {
    const { code, stdout, stderr } = await runCli(["plan", broken, "--json"], fixtures);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { line: number; column: number }[] };
    expect(diagnostics).toHaveLength(20);
    const places = diagnostics.map(({ line, column }) => line * 1000 + column);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    for (const diagnostic of diagnostics) {
      expect(diagnostic).toEqual({
        code: expect.stringMatching(/^[a-z-]+$/),
        severity: expect.stringMatching(/^(error|warning|info)$/),
        file: broken,
        line: expect.any(Number),
        column: expect.any(Number),
        message: expect.stringMatching(/./),
        hint: expect.stringMatching(/./),
        excerpt: expect.stringMatching(/\^/),
      });
    }
  });
});

/** stdout and stderr of `ceteris` on a terminal of its own, as `script` of util-linux makes one. */
function onTerminal(context: TestContext, command: string, variables: Record<string, string>): string {
  const { PATH, HOME } = process.env;
  const { stdout, error } = spawnSync(
    "script",
    ["-qec", `${join(repository, "bin/ceteris.sh")} ${command}`, "/dev/null"],
    {
      cwd: fixtures,
      env: { PATH, HOME, TERM: "xterm-256color", ...variables },
      encoding: "utf8",
    },
  );
  if (error && process.env["CI"]) throw error;
  if (error) context.skip(`no terminal to be had: ${error.message}`);
  return stdout;
}

it.runIf(existsSync("/dev/full"))("ends with 2 where stdout has no room, and with 0 where nobody reads on", () => {
  const to = (place: string) =>
    spawnSync("sh", ["-c", `{ "$0" completions bash; echo "$?" >&2; } ${place}`, join(repository, "bin/ceteris.sh")], {
      encoding: "utf8",
    }).stderr;
  expect(to("> /dev/full")).toMatch(/^ceteris: stdout: the file system has no room left \(ENOSPC\)\n.*\n2\n$/);
  expect(to("| true")).toBe("0\n");
});

describe("colours", () => {
  const escape = "\u001B[";

  it.runIf(process.platform === "linux").for([`plan ${broken}`, "plan --nonsense", "--help"])(
    "go to a terminal alone, and not there with NO_COLOR or CI: %s",
    { timeout: 30_000 },
    (command, context) => {
      expect(onTerminal(context, command, {})).toContain(escape);
      expect(onTerminal(context, command, { NO_COLOR: "1" })).not.toContain(escape);
      expect(onTerminal(context, command, { CI: "true" })).not.toContain(escape);
    },
  );
});
