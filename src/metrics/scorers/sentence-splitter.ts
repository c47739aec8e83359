/**
 * Sentences as NLTK 3.8.1's `sent_tokenize` finds them: PunktSentenceTokenizer over the English tables.
 *
 * T. Kiss and J. Strunk, "Unsupervised Multilingual Sentence Boundary Detection", Computational
 * Linguistics 32(4), 2006, 485-525; section numbers below are theirs. rougeLsum depends on every
 * boundary, so this follows nltk/tokenize/punkt.py (Copyright NLTK Project, Apache-2.0; ported to
 * TypeScript) step for step, its oddities included.
 */

import { CONTEXT, englishTables } from "./punkt-tables.ts";
import { PYTHON_SPACE, strip, stripEnd } from "./python-whitespace.ts";

/** A stretch of the text, `start` inclusive, `end` exclusive, in UTF-16 units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place where a sentence may end. */
interface Candidate {
  /** Just behind the ending mark. */
  readonly end: number;
  /** Where the next sentence would begin. */
  readonly nextStart: number;
  /** The word before, the mark, and the token after it: all that the decision looks at. */
  readonly context: string;
}

interface Token {
  readonly text: string;
  /** Lower case, numbers replaced by one word. */
  readonly type: string;
  readonly endsInPeriod: boolean;
  isSentenceEnd: boolean;
  isAbbreviation: boolean;
  readonly isEllipsis: boolean;
}

const SPACE = `[${PYTHON_SPACE}]`;
const NOT_SPACE = `[^${PYTHON_SPACE}]`;
/** Python's `[^\W\d]`: letters, numbers that are not decimal digits, and the underscore. */
const LETTER = "[\\p{L}\\p{Nl}\\p{No}_]";
const NON_WORD = `[)";}\\]*:@'(\\{\\[?!]`;
const MULTI_CHARACTER_MARK = `(?:-{2,}|\\.{2,}|(?:\\.${SPACE}){2,}\\.)`;

const CANDIDATE = new RegExp(`[.?!](?=(?<after>${NON_WORD}|${SPACE}+(?<next>${NOT_SPACE}+)))`, "gu");
const WORD = new RegExp(
  `${MULTI_CHARACTER_MARK}|(?=[^("\`\\{\\[:;&#*@)\\}\\]\\-,])${NOT_SPACE}+?` +
    `(?=${SPACE}|$|${NON_WORD}|${MULTI_CHARACTER_MARK}|,(?=$|${SPACE}|${NON_WORD}|${MULTI_CHARACTER_MARK}))` +
    `|${NOT_SPACE}`,
  "gu",
);
const NUMBER = /^-?[.,]?\p{Nd}[\p{Nd},.-]*\.?$/u;
const INITIAL = new RegExp(`^${LETTER}\\.$`, "u");
const ELLIPSIS = /^\.\.+$/;
const CLOSING_MARKS = new RegExp(`^["')\\]}]+?(?:${SPACE}+|(?=--)|$)`);
const STARTS_UPPER = /^\p{Uppercase}/u;
const STARTS_LOWER = /^\p{Lowercase}/u;

const NUMBER_TYPE = "##number##";
const ENDING_MARKS: ReadonlySet<string> = new Set([".", "?", "!"]);
const PUNCTUATION: ReadonlySet<string> = new Set([";", ":", ",", ".", "!", "?"]);
/** Python's string.whitespace, which unlike `\s` is ASCII only. */
const ASCII_SPACE: ReadonlySet<string> = new Set([" ", "\t", "\n", "\r", "\v", "\f"]);

/** The sentences of an English text, in order, without the white space between them. */
export function splitSentences(text: string): string[] {
  return alignClosingMarks(text, cutAtSentenceEnds(text)).map(({ start, end }) => text.slice(start, end));
}

function cutAtSentenceEnds(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const candidate of findCandidates(text)) {
    if (!holdsSentenceEnd(candidate.context)) continue;
    spans.push({ start, end: candidate.end });
    start = candidate.nextStart;
  }
  spans.push({ start, end: stripEnd(text).length });
  return spans;
}

/** Marks that may end a sentence; of several within one word ("acting!!!") only the last. */
function findCandidates(text: string): Candidate[] {
  const candidates: Candidate[] = [];
  let wordStart = 0;
  let wordEnd = 0;
  let pending: Candidate | null = null;
  for (const match of text.matchAll(CANDIDATE)) {
    const space = lastSpaceIndex(text, wordEnd, match.index);
    const start: number = space > wordEnd ? space + 1 : wordStart;
    if (pending !== null && wordEnd <= start) candidates.push(pending);

    const after = match.groups?.after ?? "";
    const next = match.groups?.next ?? "";
    const end = match.index + 1;
    pending = {
      end,
      nextStart: next === "" ? end : end + after.length - next.length,
      context: text.slice(start, end) + after,
    };
    wordStart = start;
    wordEnd = match.index;
  }
  if (pending !== null) candidates.push(pending);
  return candidates;
}

/** Where the last white space of `text[from, to)` is; `from` where there is none, as in NLTK. */
function lastSpaceIndex(text: string, from: number, to: number): number {
  for (let index = to - 1; index > from; index--) if (ASCII_SPACE.has(text.charAt(index))) return index;
  return from;
}

/** Gives a sentence the closing quotes and brackets that follow its last mark: `(One.) Two.` */
function alignClosingMarks(text: string, spans: readonly Span[]): Span[] {
  const aligned: Span[] = [];
  let moved = 0;
  spans.forEach((span, index) => {
    const start = span.start + moved;
    const next = spans[index + 1];
    const closing = next && CLOSING_MARKS.exec(text.slice(next.start, next.end))?.[0];
    if (next && closing) {
      aligned.push({ start, end: next.start + stripEnd(closing).length });
      moved = closing.length;
    } else {
      if (start < span.end) aligned.push({ start, end: span.end });
      moved = 0;
    }
  });
  return aligned;
}

/** Whether some token of the context, other than the last, ends a sentence. */
function holdsSentenceEnd(context: string): boolean {
  const tokens = tokenize(context);
  return tokens.some((token, index) => {
    const next = tokens[index + 1];
    if (next === undefined) return false;
    reconsider(token, next);
    return token.isSentenceEnd;
  });
}

function tokenize(text: string): Token[] {
  return text
    .split("\n")
    .filter((line) => strip(line) !== "")
    .flatMap((line) => (line.match(WORD) ?? []).map(classify));
}

/** First pass: what the word alone says. */
function classify(text: string): Token {
  const { abbreviations } = englishTables();
  const endsInPeriod = text.endsWith(".");
  const isEllipsis = ELLIPSIS.test(text);
  let isSentenceEnd = ENDING_MARKS.has(text);
  let isAbbreviation = false;
  if (!isSentenceEnd && endsInPeriod && !text.endsWith("..")) {
    const word = text.slice(0, -1).toLowerCase();
    isAbbreviation = abbreviations.has(word) || abbreviations.has(word.slice(word.lastIndexOf("-") + 1));
    isSentenceEnd = !isAbbreviation;
  }
  const lower = text.toLowerCase();
  const type = NUMBER.test(lower) ? NUMBER_TYPE : lower;
  return { text, type, endsInPeriod, isSentenceEnd, isAbbreviation, isEllipsis };
}

/** Second pass (section 4): the following token confirms or overrules a word that ends in a period. */
function reconsider(token: Token, next: Token): void {
  if (!token.endsInPeriod) return;
  const { collocations, sentenceStarters, orthographicContexts } = englishTables();
  const type = withoutPeriod(token.type);
  const nextType = typeAsNext(next);
  const isInitial = INITIAL.test(token.text);

  // 4.1.2 Collocation heuristic.
  if (collocations.has(`${type} ${nextType}`)) return joinToNext(token);

  const evidence = startsSentence(next);
  // 4.2 An abbreviation or ellipsis may end the sentence too.
  if ((token.isAbbreviation || token.isEllipsis) && !isInitial) {
    const isFrequentStarter = STARTS_UPPER.test(next.text) && sentenceStarters.has(nextType);
    if (evidence === "yes" || isFrequentStarter) {
      token.isSentenceEnd = true;
      return;
    }
  }

  // 4.3 Initials and ordinal numbers.
  if (!isInitial && type !== NUMBER_TYPE) return;
  const neverLower = ((orthographicContexts.get(nextType) ?? 0) & CONTEXT.anyLower) === 0;
  const isNameAfterInitial = isInitial && STARTS_UPPER.test(next.text) && neverLower;
  if (evidence === "no" || (evidence === "unknown" && isNameAfterInitial)) joinToNext(token);
}

function joinToNext(token: Token): void {
  token.isSentenceEnd = false;
  token.isAbbreviation = true;
}

/** 4.1.1 Orthographic heuristic: whether the case of the token tells that it begins a sentence. */
function startsSentence(token: Token): "yes" | "no" | "unknown" {
  if (PUNCTUATION.has(token.text)) return "no";
  const seen = englishTables().orthographicContexts.get(typeAsNext(token)) ?? 0;
  if (STARTS_UPPER.test(token.text)) {
    const isStarter = (seen & CONTEXT.anyLower) !== 0 && (seen & CONTEXT.middleUpper) === 0;
    return isStarter ? "yes" : "unknown";
  }
  const isInner = (seen & CONTEXT.anyUpper) !== 0 || (seen & CONTEXT.beginningLower) === 0;
  return STARTS_LOWER.test(token.text) && isInner ? "no" : "unknown";
}

/** The type by which the tables know a following token: its period counts only within a sentence. */
function typeAsNext(token: Token): string {
  return token.isSentenceEnd ? withoutPeriod(token.type) : token.type;
}

function withoutPeriod(type: string): string {
  return type.length > 1 && type.endsWith(".") ? type.slice(0, -1) : type;
}
