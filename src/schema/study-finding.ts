/** What the trials of a study show, in a sentence, with what shows it. Derived each time, never stored. */
export interface StudyFinding {
  /** The rule that says it: `largest-effect`. */
  rule: string;
  /** The sentence, with its figure and its 95 % interval. Plain text. */
  says: string;
  /** Ids of the trials that it rests on. */
  trials: string[];
  /** SQL over the documented views (docs/data.md) that shows it. */
  query: string;
}
