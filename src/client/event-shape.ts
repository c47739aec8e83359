import type { CompletionEvent } from "./completion-event.ts";

/**
 * The events of one answer are alike but for their text and their token ids. From one that was parsed, the bytes around
 * those are learnt; the next that has the same bytes around them is taken without being made a string or parsed. Any
 * other goes the long way: nothing is guessed.
 */
export interface EventShape {
  learn(data: string, event: CompletionEvent): void;
  /** Null where the bytes are anything but one whole event of the shape that was learnt. The answer is lent until the next call. */
  match(buffer: Buffer, from: number, to: number): AlikeEvent | null;
}

export interface AlikeEvent {
  text: string;
  tokenIds: number[] | null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
const ZERO = 0x30;
const NINE = 0x39;
const COMMA = 0x2c;

export function createEventShape(): EventShape {
  /** Up to the text; null while nothing is learnt. */
  let before: Buffer | null = null;
  /** From the text's closing quote to the token ids, or to the end where there are none. */
  let between = Buffer.alloc(0);
  /** From the bracket that closes the ids to the end; null where events have no ids. */
  let after: Buffer | null = null;

  return {
    learn(data, event) {
      before = null;
      const { text, said, tokenIds, completionTokens, promptTokens, finish, error, choices } = event;
      const plain =
        finish === null && error === null && choices === 1 && completionTokens === null && promptTokens === null;
      if (!plain || text === "" || said !== text) return;
      const quoted = JSON.stringify(text);
      const at = onlyPlace(data, quoted);
      if (at < 0 || quoted.length !== text.length + 2) return;
      const rest = data.slice(at + quoted.length - 1);
      const ids = tokenIds === null ? null : `"token_ids":[${tokenIds.join(",")}]`;
      // `prompt_token_ids` ends in the same letters; its quote stands elsewhere.
      const idsAt = ids === null ? rest.length : onlyPlace(rest, ids);
      if (idsAt < 0) return;
      between = Buffer.from(ids === null ? `${rest}\n\n` : rest.slice(0, idsAt + '"token_ids":['.length));
      after = ids === null ? null : Buffer.from(`${rest.slice(idsAt + ids.length - 1)}\n\n`);
      before = Buffer.from(`data: ${data.slice(0, at + 1)}`);
    },

    match(buffer, from, to) {
      if (before === null || !hasAt(buffer, from, to, before)) return null;
      const textFrom = from + before.length;
      let at = textFrom;
      for (; at < to; at++) {
        const byte = buffer[at]!;
        if (byte === QUOTE) break;
        if (byte === BACKSLASH || byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE) return null;
      }
      const textTo = at;
      if (textTo === textFrom || !hasAt(buffer, at, to, between)) return null;
      at += between.length;
      if (after === null)
        return at === to ? { text: buffer.toString("latin1", textFrom, textTo), tokenIds: null } : null;
      const tokenIds: number[] = [];
      let id = -1;
      for (; at < to; at++) {
        const byte = buffer[at]!;
        if (byte >= ZERO && byte <= NINE) id = (id < 0 ? 0 : id * 10) + byte - ZERO;
        else if (byte === COMMA && id >= 0) {
          tokenIds.push(id);
          id = -1;
        } else break;
      }
      if (id < 0 || at + after.length !== to || !hasAt(buffer, at, to, after)) return null;
      tokenIds.push(id);
      return { text: buffer.toString("latin1", textFrom, textTo), tokenIds };
    },
  };
}

/** Where the part stands, if it stands there once; -1 otherwise. */
function onlyPlace(whole: string, part: string): number {
  const at = whole.indexOf(part);
  return at >= 0 && whole.indexOf(part, at + 1) < 0 ? at : -1;
}

function hasAt(buffer: Buffer, from: number, to: number, bytes: Buffer): boolean {
  if (from + bytes.length > to) return false;
  for (let at = 0; at < bytes.length; at++) if (buffer[from + at] !== bytes[at]) return false;
  return true;
}
