/** Compiles `src/` to `dist/` for the package; in a checkout the sources run as they are. */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";

rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const data of globSync("src/**/*.json")) cpSync(data, join("dist", data.slice("src/".length)));
process.exitCode = status ?? 1;
