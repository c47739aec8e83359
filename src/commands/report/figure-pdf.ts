import { dirname, relative } from "node:path";
import type { World } from "../../world/world.ts";

/** Programs that make a PDF of an SVG, the better one first. */
const makers: readonly ((svg: string, pdf: string) => [program: string, ...rest: string[]])[] = [
  (svg, pdf) => ["rsvg-convert", "--format=pdf", `--output=${pdf}`, svg],
  (svg, pdf) => ["inkscape", "--export-type=pdf", `--export-filename=${pdf}`, svg],
  (svg, pdf) => ["cairosvg", "--format", "pdf", "--output", pdf, svg],
];

/** A figure takes a second; a program that hangs is left. */
const DEADLINE_MS = 60_000;

/**
 * Makes a PDF beside each SVG, by the first program that is there and can: where they are. Where none can, the SVGs stay alone, and
 * stderr says what would help.
 */
export async function makePdfs(world: World, svgs: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  const missing: string[] = [];
  for (const svg of svgs) {
    const pdf = svg.replace(/\.svg$/, ".pdf");
    if (await isMade(world, svg, pdf)) made.push(pdf);
    else missing.push(svg);
  }
  const [first] = missing;
  if (first !== undefined) {
    const folder = relative(world.machine.workingFolder, dirname(first));
    const names = makers.map((argvOf) => argvOf("", "")[0]).join(", ");
    world.streams.err(
      `ceteris: ${missing.length} of ${svgs.length} figures in ${folder} are SVG alone: none of ${names} made a PDF of them\n` +
        "  Install one (Debian: librsvg2-bin) and make the report again.\n",
    );
  }
  return made;
}

async function isMade(world: World, svg: string, pdf: string): Promise<boolean> {
  for (const argvOf of makers) {
    const ended = await world.processes.run(argvOf(svg, pdf), {
      // Of the date in a PDF: the same figure gives the same bytes.
      variables: { ...world.variables, SOURCE_DATE_EPOCH: "0" },
      timeoutMs: DEADLINE_MS,
    });
    if (ended.code === 0 && (await world.files.exists(pdf))) return true;
  }
  return false;
}
