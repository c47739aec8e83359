import tables from "./punkt-english.json" with { type: "json" };

/** What the splitter knows about English words; words are in lower case, without final period. */
export interface PunktTables {
  readonly abbreviations: ReadonlySet<string>;
  /** Pairs that a period does not part, written "first second". */
  readonly collocations: ReadonlySet<string>;
  readonly sentenceStarters: ReadonlySet<string>;
  /** Word to the union of the orthographic contexts it was seen in. */
  readonly orthographicContexts: ReadonlyMap<string, number>;
}

/** Orthographic contexts as NLTK numbers them: place in the sentence, case of the first letter. */
const BEGINNING_UPPER = 1 << 1;
const MIDDLE_UPPER = 1 << 2;
const UNKNOWN_UPPER = 1 << 3;
const BEGINNING_LOWER = 1 << 4;
const MIDDLE_LOWER = 1 << 5;
const UNKNOWN_LOWER = 1 << 6;

export const CONTEXT = {
  middleUpper: MIDDLE_UPPER,
  beginningLower: BEGINNING_LOWER,
  anyUpper: BEGINNING_UPPER | MIDDLE_UPPER | UNKNOWN_UPPER,
  anyLower: BEGINNING_LOWER | MIDDLE_LOWER | UNKNOWN_LOWER,
} as const;

let english: PunktTables | undefined;

/** The English tables; the 20,000 words are unpacked at the first call, so that importing is cheap. */
export function englishTables(): PunktTables {
  return (english ??= {
    abbreviations: new Set(tables.abbreviations),
    collocations: new Set(tables.collocations),
    sentenceStarters: new Set(tables.sentenceStarters),
    orthographicContexts: new Map(
      Object.entries(tables.orthographicContexts).flatMap(([flags, words]) =>
        words.split(" ").map((word) => [word, Number(flags)] as const),
      ),
    ),
  });
}
