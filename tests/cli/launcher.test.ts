import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { nodeFlags } from "../../src/client/workers/node-flags.ts";
import { repository } from "../support/cli.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
let folder = "";

/** Writes a file of the checkout that was last changed so many seconds after it was cloned. */
function put(path: string, text: string, changedS: number): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, 1e9 + changedS, 1e9 + changedS);
}

const launched = (node = process.execPath): string =>
  execFileSync(join(folder, "bin/ceteris.sh"), {
    encoding: "utf8",
    stdio: "pipe",
    env: { ...process.env, CETERIS_NODE: node },
  });

beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  copyFileSync(join(repository, "bin/ceteris.sh"), join(folder, "bin/ceteris.sh"));
  put("package.json", '{ "type": "module" }', 0);
  put("package-lock.json", "{}", 0);
  put("src/cli/main.ts", "process.stdout.write('sources' satisfies string);", 0);
  put("src/math/mean.ts", "", 0);
  for (const path of ["src/math", "src/cli", "src"]) utimesSync(join(folder, path), 1e9, 1e9);
  put("dist/cli/main.js", "process.stdout.write('bundle');", 10);
});

it("runs the bundle that is as new as the sources, and that of a package, which has none", () => {
  expect(launched()).toBe("bundle");
  rmSync(join(folder, "src"), { recursive: true });
  expect(launched()).toBe("bundle");
});

it("starts Node as a load's workers are started", () => {
  put("dist/cli/main.js", "process.stdout.write(process.execArgv.join(' '));", 10);
  expect(launched()).toBe(nodeFlags.join(" "));
});

it.each(["src/math/mean.ts", "package-lock.json"])("runs the sources where %s was changed after the build", (path) => {
  put(path, "", 20);
  expect(launched()).toBe("sources");
});

it("runs the sources where a source was removed after the build, or nothing is built", () => {
  rmSync(join(folder, "src/math/mean.ts"));
  expect(launched()).toBe("sources");
  rmSync(join(folder, "dist"), { recursive: true });
  expect(launched()).toBe("sources");
});

it.each([
  ["24.21.0", "needs Node 26 or newer"],
  ["26.0.0", ""],
])("takes Node %s only if it knows the methods that the sources call", (version, message) => {
  const node = join(folder, "node");
  put("version.cjs", `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`, 0);
  put("node", `#!/bin/sh\nexec "${process.execPath}" --require "${folder}/version.cjs" "$@"\n`, 0);
  chmodSync(node, 0o755);
  if (message === "") expect(launched(node)).toBe("bundle");
  else expect(() => launched(node)).toThrow(message);
});
