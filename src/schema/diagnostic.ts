/** Where something stands in a text: 1-based line and column, 0-based offsets into the text. */
export interface Location {
  file: string;
  line: number;
  column: number;
  start: number;
  end: number;
}

export type Severity = "error" | "warning" | "info";

/** One finding about a matrix, a fragment or an engine file. Several are gathered before anything is said. */
export interface Diagnostic {
  /** Stable, kebab-case, the rule's name: `unknown-knob`. */
  code: string;
  severity: Severity;
  file: string;
  line: number;
  column: number;
  message: string;
  /** What to do next. */
  hint: string;
  /** The line at fault and a caret below it. */
  excerpt?: string;
}

/** JSON pointer into the merged matrix (`/design/steps/0/set/quantization`) to the place that said it. */
export type LocationIndex = ReadonlyMap<string, Location>;
