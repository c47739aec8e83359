import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { fail, succeed, type Result } from "../../src/schema/result.ts";

/** The programs in C: the server that knows the truth, the floor, and what measures a process tree. */
export interface Programs {
  mock: string;
  cclient: string;
  meter: string;
}

/** `$CC`, as make has it. */
const compiler = process.env["CC"] ?? "cc";

/** Compiles them with a C compiler below the cache folder; paths of the programs. */
export function compilePrograms(cacheFolder: string): Result<Programs> {
  const paths: Programs = { mock: "", cclient: "", meter: "" };
  for (const name of ["mock", "cclient", "meter"] as const) {
    const compiled = compileProgram(join(import.meta.dirname, `${name}.c`), cacheFolder);
    if (!compiled.ok) return compiled;
    paths[name] = compiled.value;
  }
  return succeed(paths);
}

/** One file of C, once for each text of it; path of the program. */
export function compileProgram(source: string, cacheFolder: string): Result<string> {
  if (process.platform !== "linux") {
    return fail(
      "not-linux",
      `the bench's programs are made of Linux's own calls, and this is ${process.platform}`,
      "Run it there.",
    );
  }
  const name = basename(source, ".c");
  const key = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const folder = join(cacheFolder, "bench");
  const path = join(folder, `${name}-${key}`);
  if (existsSync(path)) return succeed(path);
  mkdirSync(folder, { recursive: true });
  const made = `${path}.${process.pid}`;
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
  renameSync(made, path);
  return succeed(path);
}
