import type { Launch } from "./launch.ts";

/** What of a study a later run of it must be told again. */
interface RunAgain {
  /** The matrix, as commands take it. */
  matrix: string;
  /** That ran, and that the matrix names; absent where they are not known to differ. */
  engine?: string;
  declaredEngine?: string;
  /** Where the server answers that took the place of the matrix's engine. */
  url?: string | undefined;
  fidelity: string;
}

/** The command that goes on with a study, in words: `--sut`, `--url` and `--fidelity` as its last run had them, so that it is the same study. */
export function runWords(study: RunAgain): string[] {
  return ["ceteris", "run", study.matrix, ...engineWords(study), "--fidelity", study.fidelity];
}

/** The flags that say what takes the place of the matrix's engine. */
export function engineWords({ engine, declaredEngine, url }: Omit<RunAgain, "matrix" | "fidelity">): string[] {
  const sut = engine === undefined || engine === declaredEngine ? [] : ["--sut", engine];
  return [...sut, ...(url === undefined ? [] : ["--url", url])];
}

/** Where the server answers that took the place of the matrix's engine, by its last launch; nothing where that engine itself ran. */
export function attachedTo(
  { engine, declaredEngine }: { engine: string; declaredEngine: string },
  launches: readonly Pick<Launch, "engine" | "argv" | "url">[],
): { url?: string } {
  const last = launches.findLast((launch) => launch.engine === engine && launch.argv.length === 0);
  return last === undefined || engine === declaredEngine ? {} : { url: last.url };
}
