import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fail, succeed, type Result } from "../../src/schema/result.ts";

/** The programs in C: the server that knows the truth, the floor, and what measures a process tree. */
export interface Programs {
  mock: string;
  cclient: string;
  meter: string;
}

/** `$CC`, as make has it. */
const compiler = process.env["CC"] ?? "cc";

/** Compiles them with a C compiler below the cache folder, once for each text of theirs; paths of the programs. */
export function compilePrograms(cacheFolder: string): Result<Programs> {
  if (process.platform !== "linux") {
    return fail(
      "not-linux",
      `the bench's server is made of epoll: Linux only, not ${process.platform}`,
      "Run it there.",
    );
  }
  const paths: Programs = { mock: "", cclient: "", meter: "" };
  for (const name of ["mock", "cclient", "meter"] as const) {
    const source = join(import.meta.dirname, `${name}.c`);
    const key = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
    const folder = join(cacheFolder, "bench");
    paths[name] = join(folder, `${name}-${key}`);
    if (existsSync(paths[name])) continue;
    mkdirSync(folder, { recursive: true });
    const made = `${paths[name]}.${process.pid}`;
    const { error, status, stderr } = spawnSync(compiler, ["-O2", "-o", made, source, "-lm"], { encoding: "utf8" });
    if (error) {
      return fail(
        "no-cc",
        `there is no C compiler: ${compiler}: ${error.message}`,
        "Install gcc or clang, then run it again.",
      );
    }
    if (status !== 0)
      return fail("cc-failed", `${compiler} refused ${name}.c:\n${stderr}`, "It needs Linux 5.11 and glibc 2.35.");
    renameSync(made, paths[name]);
  }
  return succeed(paths);
}
