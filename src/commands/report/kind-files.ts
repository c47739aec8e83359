import { join } from "node:path";
import type { ChartSpec, ChartTheme, KindFiles } from "../../report/index.ts";
import { parseMap } from "../../schema/json.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

/** All files of a kind of report: its folder `reports/<kind>/`, `reports/parts/` which kinds share, and what all pages have. */
export interface ReportFiles extends KindFiles {
  /** SQL by name, of the kind's own folder. */
  queries: { [name: string]: string };
  css: string;
  script: string;
  theme: ChartTheme;
}

/** Reads a kind. A file in the working folder wins over ours of the same name, and one of the kind over a shared one. */
export async function readKind(world: World, kind: string): Promise<Result<ReportFiles>> {
  const files = await readPage(world, ["parts", kind]);
  if (!files.ok) return files;
  const { report: template, ...parts } = files.value.parts;
  return template === undefined ? missing(kind) : succeed({ ...files.value, template, parts });
}

function missing(kind: string): Result<never> {
  return fail("no-template", `a file of reports/${kind} is missing`, "It comes with ceteris: install it again.");
}

/** Reads what a page is made of from folders of `reports/`, a later one wins over those before it. */
export async function readPage(world: World, names: readonly string[]): Promise<Result<Omit<ReportFiles, "template">>> {
  const folders = [...new Set([world.machine.packageFolder, world.machine.workingFolder])];
  const parts: Record<string, string> = {};
  const charts: Record<string, ChartSpec> = {};
  const queries: Record<string, string> = {};
  for (const folder of names.flatMap((one) => folders.map((root) => join(root, "reports", one)))) {
    const read = async (ending: string, take: (name: string, text: string) => void): Promise<void> => {
      for (const file of await world.files.list(folder)) {
        if (!file.endsWith(ending)) continue;
        take(file.slice(0, -ending.length), (await world.files.readText(join(folder, file))) ?? "");
      }
    };
    await read(".md.hbs", (name, text) => (parts[name] = text));
    await read(".sql", (name, text) => (queries[name] = text));
    const broken: string[] = [];
    await read(".vl.json", (name, text) => {
      const spec = parseMap(text);
      if (spec === null) broken.push(name);
      else charts[name] = spec;
    });
    const [first] = broken;
    if (first !== undefined) {
      const hint = 'A chart is an object of Vega-Lite in JSON; its data are named: { "name": "results" }.';
      return fail("chart-refused", `${join(folder, `${first}.vl.json`)} is not a JSON object`, hint);
    }
  }
  const [css, script] = [await shared(folders, "page.css"), await shared(folders, "page.js")];
  const themeText = await shared(folders, "theme.json");
  const theme = themeText === null ? null : parseMap(themeText);
  if (css === null || script === null || theme === null) return missing(names.at(-1) ?? "");
  return succeed({ parts, charts, queries, css, script, theme });

  async function shared(roots: readonly string[], file: string): Promise<string | null> {
    for (const root of roots.toReversed()) {
      const text = await world.files.readText(join(root, "reports", file));
      if (text !== null) return text;
    }
    return null;
  }
}
