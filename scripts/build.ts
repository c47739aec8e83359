/**
 * Bundles `src/` into `dist/cli/`: a few files load in a fraction of the time that a thousand modules take. TypeBox goes
 * in, half of those modules; the other packages stay beside it. `npm ci` and `npm pack` build; `bin/ceteris.sh` takes the
 * bundle unless a source is newer.
 */
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputChunk } from "rolldown";

const folder = "dist/cli";
const { build } = await import("rolldown").catch(() => {
  console.log("rolldown, a development dependency, is not installed: Ceteris runs from src/");
  process.exit(0);
});
const { output } = await build({
  // Each program that is started by its path is a file of its own, beside the others.
  input: {
    main: "src/cli/main.ts",
    "load-worker": "src/client/workers/load-worker.ts",
    "draw-charts": "src/commands/site/draw-charts.ts",
  },
  platform: "node",
  external: (name) => /^[^./]/.test(name) && !name.startsWith("typebox"),
  output: { format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
  write: false,
});

// Programs may run from the bundle meanwhile: what is the same stays, and an entry comes after what it loads.
mkdirSync(folder, { recursive: true });
const chunks = (output as OutputChunk[]).toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry));
for (const { fileName, code } of chunks) {
  const path = join(folder, fileName);
  if (textOf(path) === code) continue;
  writeFileSync(`${path}.part`, code);
  renameSync(`${path}.part`, path);
}
const now = new Date();
utimesSync(join(folder, "main.js"), now, now);
const built = new Set(chunks.map(({ fileName }) => join(folder, fileName)));
for (const path of globSync("dist/**/*.*")) if (!built.has(path)) rmSync(path, { recursive: true });

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
