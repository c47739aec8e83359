/**
 * Longest common subsequences of sequences of symbols, 32 cells of the table at a time.
 *
 * The table t[i][j] holds the length for the first i symbols of the reference and the first j of the
 * candidate. A column of it is kept as one bit a row: 0 where t[i][j] is one more than t[i-1][j], 1
 * where it is equal. H. Hyyrö, "Bit-parallel LCS-length computation revisited", AWOCA 2004:
 * V' = (V + (V & M)) | (V & ~M), M being the rows whose symbol is the candidate's next one.
 */

/** A reference made ready to be compared with any number of candidates. */
export interface LcsReference {
  readonly symbols: Int32Array;
  /** 32-bit words in a column. */
  readonly words: number;
  /** For each symbol, the rows where it stands; `words` words a symbol. */
  readonly rowsOf: Int32Array;
}

/** Prepares a reference; symbols are numbered from 0 to `symbolCount` - 1, the candidates' too. */
export function prepareReference(symbols: Int32Array, symbolCount: number): LcsReference {
  const words = (symbols.length + 31) >>> 5;
  const rowsOf = new Int32Array(symbolCount * words);
  for (let row = 0; row < symbols.length; row++) {
    rowsOf[symbols[row]! * words + (row >>> 5)]! |= 1 << (row & 31);
  }
  return { symbols, words, rowsOf };
}

/** The length of the longest common subsequence. */
export function lcsLength(reference: LcsReference, candidate: Int32Array): number {
  const columns = computeColumns(reference, candidate);
  let length = 0;
  for (let at = candidate.length * reference.words; at < columns.length; at++) length += countOnes(~columns[at]!);
  return length;
}

/**
 * Sets `marked[i]` to 1 for each position of the reference on one longest common subsequence: the
 * one that rouge-score's `_backtrack_norec` reads out, which decides rougeLsum where several exist.
 */
export function markLcs(reference: LcsReference, candidate: Int32Array, marked: Uint8Array): void {
  const { symbols, words } = reference;
  const columns = computeColumns(reference, candidate);
  let i = symbols.length;
  let j = candidate.length;
  while (i > 0 && j > 0) {
    const row = i - 1;
    if (symbols[row] === candidate[j - 1]) {
      marked[row] = 1;
      i--;
      j--;
    } else if (((columns[j * words + (row >>> 5)]! >>> (row & 31)) & 1) === 0) {
      // t[i][j] > t[i-1][j]; where the symbols differ, that is t[i][j-1] > t[i-1][j].
      j--;
    } else {
      i--;
    }
  }
}

/** Columns 0 to `candidate.length`, one after the other. */
function computeColumns({ words, rowsOf }: LcsReference, candidate: Int32Array): Int32Array {
  const columns = new Int32Array((candidate.length + 1) * words).fill(-1, 0, words);
  for (let column = 0; column < candidate.length; column++) {
    const rows = candidate[column]! * words;
    const from = column * words;
    const to = from + words;
    let carry = 0;
    for (let word = 0; word < words; word++) {
      const value = columns[from + word]!;
      const match = rowsOf[rows + word]!;
      const sum = (value >>> 0) + ((value & match) >>> 0) + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      columns[to + word] = sum | 0 | (value & ~match);
    }
  }
  return columns;
}

/** Set bits of a 32-bit word (H. S. Warren, Hacker's Delight, section 5-1). */
function countOnes(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
