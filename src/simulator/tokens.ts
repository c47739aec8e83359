/**
 * A stand-in for a tokenizer: pieces of up to six characters with the blanks before them, about one for each four
 * characters of English. Ids are hashes, so that equal text has equal ids and prefix caching works on it.
 */

/** Ids below are kept for the special tokens of real vocabularies. */
const firstId = 256;
const pieces = /\s*\S{1,6}|\s+/gu;

export interface TokenizedText {
  ids: number[];
  /** The text of each id; null where the prompt came as ids. */
  pieces: string[] | null;
}

/** Text to pieces and ids below `vocab`. */
export function tokenize(text: string, vocab: number): TokenizedText {
  const found = text.match(pieces) ?? [];
  return { ids: found.map((piece) => idOf(piece, vocab)), pieces: found };
}

function idOf(piece: string, vocab: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < piece.length; at++) hash = Math.imul(hash ^ piece.charCodeAt(at), 0x01000193);
  return firstId + (scramble(hash) % Math.max(1, vocab - firstId));
}

/** What the simulated model says: tokens by their place in the output, the same for the same prompt. */
export interface Speech {
  id(at: number): number;
  text(at: number): string;
}

/**
 * The simulated model copies its prompt, from after the first blank line where there is one (the instruction), and starts
 * again at its end; to a prompt of ids it says words named after ids. What it says depends on nothing but prompt and salt.
 */
export function speechOf(prompt: TokenizedText, vocab: number, salt: number): Speech {
  if (prompt.pieces !== null && prompt.pieces.length > 0) {
    const said = prompt.pieces;
    const start = Math.max(
      0,
      said.findIndex((piece) => /^\s*\n\s*\n/.test(piece)),
    );
    const length = said.length - start;
    const place = (at: number) => start + (at % length);
    return {
      id: (at) => prompt.ids[place(at)]!,
      text(at) {
        const piece = said[place(at)]!;
        // A round begins with a word, apart from the one before it.
        return at % length === 0 ? ` ${piece.trimStart()}` : piece;
      },
    };
  }
  const seed = hashIds(salt, prompt.ids, 0, prompt.ids.length);
  const id = (at: number) => firstId + (scramble((seed ^ Math.imul(at + 1, 0x9e3779b1)) | 0) % (vocab - firstId));
  return { id, text: (at) => ` w${id(at)}` };
}

/** The same speech with a share of its pieces said wrong, always the same ones for the same prompt. */
export function misspoken(speech: Speech, share: number, prompt: TokenizedText): Speech {
  if (share === 0) return speech;
  const stream = hashIds(1, prompt.ids, 0, prompt.ids.length) | 0;
  return {
    id: (at) => speech.id(at),
    text: (at) => (draw(stream, at) < share ? speech.text(at).replace(/\S+/u, "zzz") : speech.text(at)),
  };
}

/** A number in [0, 1) that depends on the ids and the salt. */
export function fractionOf(ids: readonly number[], salt: number): number {
  return (scramble(hashIds(salt, ids, 0, ids.length) | 0) >>> 0) / 2 ** 32;
}

/** A number in [0, 1) for the n-th draw of a stream. */
export function draw(stream: number, n: number): number {
  return scramble((stream ^ Math.imul(n + 1, 0x85ebca6b)) | 0) / 2 ** 32;
}

/**
 * 53 bits that depend on a parent's hash and the ids from `from` to before `to`: two 32-bit lanes of FNV-1a over whole ids
 * with MurmurHash3's final mix. Collisions of a few million blocks are out of sight, and nothing here is a secret.
 */
export function hashIds(parent: number, ids: readonly number[], from: number, to: number): number {
  let low = (parent % 2 ** 32) | 0;
  let high = Math.floor(parent / 2 ** 32) | 0;
  for (let at = from; at < to; at++) {
    const id = ids[at]!;
    low = Math.imul(low ^ id, 0x01000193) ^ (low >>> 15);
    high = Math.imul(high ^ id, 0x5bd1e995) ^ (high >>> 13);
  }
  return scramble(low) + (scramble(high ^ 0x3c6ef372) >>> 11) * 2 ** 32;
}

function scramble(word: number): number {
  let value = word;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
