import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { routes } from "../../src/cli/commands.ts";
import { completionsCommand } from "../../src/cli/completions.ts";
import { listCommands } from "../../src/cli/listing.ts";
import type { World } from "../../src/world/world.ts";

const commands = listCommands(routes);

async function script(shell: string): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const code = await completionsCommand({ streams } as unknown as World, shell, commands);
  return { code, out, err };
}

const folder = mkdtempSync(join(tmpdir(), "ceteris-completions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const file = join(folder, "ceteris.bash");
  writeFileSync(file, (await script("bash")).out);
  const asked = `source ${file}; COMP_WORDS=(ceteris ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _ceteris; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", asked], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("bash", () => {
  it.each<[string[], string[]]>([
    [["pl"], ["plan"]],
    [["s"], ["status", "sync", "sign", "site", "score", "serve-simulated"]],
    [["--v"], ["--version"]],
    [["export", ""], ["mlperf"]],
    [["export", "mlperf", "--div"], ["--division"]],
    [
      ["run", "matrices/a.yaml", "--re"],
      ["--repeats", "--results", "--retry"],
    ],
    [
      ["run", "matrices/a.yaml", "--retry", ""],
      ["failed", "invalid"],
    ],
    [["run", "matrices/a.yaml", "--retry", "failed", "--dry"], ["--dry-run"]],
    [["run", "matrices/a.yaml", "--only", ""], []],
  ])("%j", async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });
});

describe("every shell", () => {
  it.each(["bash", "zsh", "fish"])("%s knows every command and flag", async (shell) => {
    const { code, out } = await script(shell);
    expect(code).toBe(0);
    for (const { name, flags } of commands) {
      expect(out).toContain(name.split(" ").at(-1));
      for (const flag of flags) expect(out).toContain(shell === "fish" ? `-l ${flag.name.slice(2)} ` : flag.name);
    }
  });

  it("says which there are", async () => {
    expect(await script("tcsh")).toMatchObject({ code: 2, out: "", err: expect.stringContaining("bash, zsh or fish") });
  });
});
