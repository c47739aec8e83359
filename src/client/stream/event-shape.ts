import { ByteList } from "./byte-list.ts";
import type { CompletionEvent } from "./completion-event.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
const ZERO = 0x30;
const NINE = 0x39;
const COMMA = 0x2c;

/** The character after the backslash of a short escape, and the byte that it means (RFC 8259, section 7). */
const shortEscapes = new Uint8Array(256);
for (const pair of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"]) {
  shortEscapes[pair.charCodeAt(0)] = pair.charCodeAt(1);
}

/** Bytes that are compared as words have this many at least. All that JSON leaves around a text is longer. */
const WORD = 4;

const IDS = '"token_ids"';
/** The most digits of a token id: a double cannot tell a longer whole number from its neighbours. */
const MOST_DIGITS = 15;

const nothing: DataView = new DataView(new ArrayBuffer(0));

/** The buffer of the last event, in words: a transport reads into the same one again and again. */
let viewed: Buffer | null = null;
let view: DataView = nothing;

/**
 * The events of one answer are alike but for their text and their token ids. From one that was parsed, the bytes around
 * those are learnt; the next event with the same bytes around them is taken without being decoded or parsed: its text and
 * ids are added to two lists of bytes. Any other is parsed: nothing is guessed.
 */
export class EventShape {
  /** Free ones, with their buffers: a request allocates nothing for its text. */
  private static readonly idle: EventShape[] = [];

  /** One that knows nothing. */
  static borrow(): EventShape {
    return EventShape.idle.pop() ?? new EventShape();
  }

  /** Frees it; it must not be used again. */
  release(): void {
    this.learnt = false;
    this.isText = true;
    this.text.reset();
    this.ids.reset();
    EventShape.idle.push(this);
  }

  /** The text of the events that were taken, in ASCII. Its reader empties it. */
  readonly text = new ByteList();
  /** The ids of those events, in digits, with a comma between two. */
  readonly ids = new ByteList();
  /** True where what is learnt is an answer's text, false where it is only said (reasoning). */
  isText = true;
  /** Ids in the event that was taken last; null where events have none. */
  tokens: number | null = null;
  private learnt = false;
  /** The bytes up to the text. */
  private before: DataView = nothing;
  private beforeLength = 0;
  /** From the text's closing quote to the token ids, or to the end where there are none. */
  private between: DataView = nothing;
  private betweenLength = 0;
  /** From the bracket that closes the ids to the end; nothing where events have no ids. */
  private after: DataView = nothing;
  private afterLength = 0;

  /** Learns from the data of an event that was parsed; forgets what it knew where that cannot be learnt from. */
  learn(data: string, event: CompletionEvent): void {
    this.learnt = false;
    const { text, said, tokenIds } = event;
    // What was put together, or written with an escape, may stand elsewhere in the data as well; and data of several lines
    // does not stand in the stream as it stands here.
    if (!isPlain(event) || event.pieces !== 1 || /[\\\n]/.test(data)) return;
    if (said === "" || (text !== "" && text !== said)) return;
    const quoted = JSON.stringify(said);
    const at = onlyPlace(data, quoted);
    if (at < 0 || quoted.length !== said.length + 2) return;
    const rest = data.slice(at + quoted.length - 1);
    const ids = tokenIds === null ? null : `${IDS}:[${tokenIds.join(",")}]`;
    // `prompt_token_ids` ends in the same letters; its quote stands elsewhere.
    const idsAt = ids === null ? rest.length : onlyPlace(rest, ids);
    if (idsAt < 0 || (ids !== null && onlyPlace(data, IDS) < 0)) return;
    this.before = wordsOf(`data: ${data.slice(0, at + 1)}`);
    this.between = wordsOf(ids === null ? `${rest}\n\n` : rest.slice(0, idsAt + `${IDS}:[`.length));
    this.after = ids === null ? nothing : wordsOf(`${rest.slice(idsAt + ids.length - 1)}\n\n`);
    this.beforeLength = this.before.byteLength;
    this.betweenLength = this.between.byteLength;
    this.afterLength = this.after.byteLength;
    this.isText = text !== "";
    this.tokens = null;
    this.learnt = this.betweenLength >= WORD && (ids === null || this.afterLength >= WORD);
  }

  /** Takes the event that begins at `from` and lies whole before `to`. Returns where it ends; -1 where it is not alike. */
  take(buffer: Buffer, from: number, to: number): number {
    if (!this.learnt) return -1;
    if (buffer !== viewed) {
      viewed = buffer;
      view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    }
    if (!hasAt(view, from, to, this.before, this.beforeLength)) return -1;
    const textBefore = this.text.length;
    const textTo = this.takeText(buffer, from + this.beforeLength, to);
    if (textTo >= 0 && hasAt(view, textTo, to, this.between, this.betweenLength)) {
      const end = textTo + this.betweenLength;
      if (this.afterLength === 0) return end;
      const idsBefore = this.ids.length;
      const idsTo = this.takeIds(buffer, end, to);
      if (idsTo >= 0 && hasAt(view, idsTo, to, this.after, this.afterLength)) return idsTo + this.afterLength;
      this.ids.length = idsBefore;
    }
    this.text.length = textBefore;
    return -1;
  }

  /** Adds the text up to the quote, and returns where that is; -1 where there is no text or more than can be taken. */
  private takeText(buffer: Buffer, from: number, to: number): number {
    const { text } = this;
    const bytes = text.withRoom(to - from);
    let length = text.length;
    for (let at = from; at < to; at++) {
      let byte = buffer[at]!;
      if (byte === QUOTE) {
        text.length = length;
        return at > from ? at : -1;
      }
      if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE) return -1;
      if (byte === BACKSLASH) {
        at += 1;
        byte = at < to ? shortEscapes[buffer[at]!]! : 0;
        if (byte === 0) return -1;
      }
      bytes[length] = byte;
      length += 1;
    }
    return -1;
  }

  /** Adds the ids up to what is neither a digit nor a comma, and returns where that is; -1 where it is not a list of them. */
  private takeIds(buffer: Buffer, from: number, to: number): number {
    const { ids } = this;
    const bytes = ids.withRoom(to - from + 1);
    let length = ids.length;
    if (length > 0) {
      bytes[length] = COMMA;
      length += 1;
    }
    let count = 1;
    let start = from;
    for (let at = from; at < to; at++) {
      const byte = buffer[at]!;
      if (byte < ZERO || byte > NINE) {
        const digits = at - start;
        // As JSON writes a whole number: no zero before others.
        if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && buffer[start] === ZERO)) return -1;
        if (byte !== COMMA) {
          ids.length = length;
          this.tokens = count;
          return at;
        }
        count += 1;
        start = at + 1;
      }
      bytes[length] = byte;
      length += 1;
    }
    return -1;
  }
}

/** True of an event that holds a part of the one choice and nothing else. */
function isPlain({
  problem,
  error,
  countProblem,
  finish,
  choices,
  completionTokens,
  promptTokens,
}: CompletionEvent): boolean {
  return (
    problem === null &&
    error === null &&
    countProblem === null &&
    finish === null &&
    choices === 1 &&
    completionTokens === null &&
    promptTokens === null
  );
}

/** Where the part stands, if it stands there once; -1 otherwise. */
function onlyPlace(whole: string, part: string): number {
  const at = whole.indexOf(part);
  return at >= 0 && whole.indexOf(part, at + 1) < 0 ? at : -1;
}

function wordsOf(text: string): DataView {
  const bytes = Buffer.from(text);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Compares word by word; the last word may overlap the one before it. */
function hasAt(buffer: DataView, from: number, to: number, bytes: DataView, length: number): boolean {
  const last = length - WORD;
  if (from + last + WORD > to) return false;
  for (let at = 0; at < last; at += WORD) if (buffer.getInt32(from + at) !== bytes.getInt32(at)) return false;
  return buffer.getInt32(from + last) === bytes.getInt32(last);
}
