/** What of a study a later run of it must be told again. */
interface RunAgain {
  /** The matrix, as commands take it. */
  matrix: string;
  /** That ran, and that the matrix names; absent where they are not known to differ. */
  engine?: string;
  declaredEngine?: string;
  fidelity: string;
}

/** The command that goes on with a study, in words: `--sut` and `--fidelity` as its last run had them, so that it is the same study. */
export function runWords({ matrix, engine, declaredEngine, fidelity }: RunAgain): string[] {
  const sut = engine === undefined || engine === declaredEngine ? [] : ["--sut", engine];
  return ["ceteris", "run", matrix, ...sut, "--fidelity", fidelity];
}
