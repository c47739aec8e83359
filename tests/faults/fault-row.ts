/** A fault that a test plants, and what becomes of it. Each is a sentence or less: a cell of the table in docs/faults.md. */
export interface FaultRow {
  injected: string;
  /** What the user reads on the terminal. */
  seen: string;
  /** Where, and in which words, files and tables keep it. */
  recorded: string;
  lost: string;
  /** Processes, files, ports; "nothing" where all is as before. */
  left: string;
  /** The test that plants it, relative to the repository. */
  test: string;
  /** Set where a real engine is broken in the same way: the test that does it. */
  real?: string;
}

/** The faults of one part of the world, by a name that their tests use. */
export interface FaultGroup {
  title: string;
  rows: Readonly<Record<string, FaultRow>>;
}
