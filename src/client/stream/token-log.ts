/** What an event's count is kept in. */
const MOST_TOKENS_OF_AN_EVENT = 65_535;

/** Events that a block of the arena holds: of one request, one after the other. */
const EVENTS_PER_BLOCK = 32;

/** The token-bearing events of one request in order of arrival. Lent: valid until the next call of `take`. */
export interface TokenEvents {
  length: number;
  atNs: Float64Array;
  /** Tokens of each; 0 where they are not known. */
  tokens: Uint16Array;
}

/** The token-bearing events of the requests in flight, in columns that grow: nothing is allocated for a single event. */
export interface TokenLog {
  /** `tokens` is how many the event itself says that it carries; null where it does not say. Returns true where the request is to be read no further. */
  append(request: number, atNs: number, tokens: number | null): boolean;
  /** Events so far, and those of them that share the time of a later event of their request: both came in one read. */
  events(): { all: number; shared: number };
  /** Tokens so far, an event that did not say counted as one: for progress, never for a result. */
  tokensSoFar(): number;
  /**
   * The events of a request that is over; they are no longer kept. Where one of them did not say how many tokens it
   * carries, the server's count is spread evenly over all, in order of arrival; where the server gave no count, they
   * stay 0: not known.
   */
  take(request: number, outputTokens: number | null): TokenEvents;
}

interface Open {
  first: number;
  last: number;
  events: number;
  silent: boolean;
  lastNs: number;
}

/** An empty log with room for so many blocks of events before it first grows. */
export function createTokenLog(room = 128): TokenLog {
  let at = new Float64Array(room * EVENTS_PER_BLOCK);
  let tokens = new Uint16Array(room * EVENTS_PER_BLOCK);
  /** The block after each: of the same request where it is in use, of the free list where it is not; -1 at the end. */
  let next = chained(new Int32Array(room), 0);
  let free = 0;
  let soFar = 0;
  const counts = { all: 0, shared: 0 };
  const open = new Map<number, Open>();
  const lent: TokenEvents = { length: 0, atNs: new Float64Array(), tokens: new Uint16Array() };

  const grow = (): void => {
    const before = next.length;
    at = new Float64Array(at.buffer.transfer(2 * at.byteLength));
    tokens = new Uint16Array(tokens.buffer.transfer(2 * tokens.byteLength));
    next = chained(new Int32Array(next.buffer.transfer(2 * next.byteLength)), before);
    free = before;
  };

  const freeBlock = (): number => {
    if (free < 0) grow();
    const block = free;
    free = next[block]!;
    next[block] = -1;
    return block;
  };

  const placeFor = (index: number, atNs: number, silent: boolean): number => {
    const own = open.get(index);
    counts.all += 1;
    if (own === undefined) {
      const first = freeBlock();
      open.set(index, { first, last: first, events: 1, silent, lastNs: atNs });
      return first * EVENTS_PER_BLOCK;
    }
    if (own.lastNs === atNs) counts.shared += 1;
    own.lastNs = atNs;
    if (silent) own.silent = true;
    const within = own.events % EVENTS_PER_BLOCK;
    if (within === 0) {
      const block = freeBlock();
      next[own.last] = block;
      own.last = block;
    }
    own.events += 1;
    return own.last * EVENTS_PER_BLOCK + within;
  };

  return {
    append(index, atNs, said) {
      const place = placeFor(index, atNs, said === null);
      at[place] = atNs;
      tokens[place] = Math.min(said ?? 0, MOST_TOKENS_OF_AN_EVENT);
      soFar += said ?? 1;
      return false;
    },
    tokensSoFar: () => soFar,
    events: () => ({ ...counts }),
    take(index, outputTokens) {
      const own = open.get(index);
      lent.length = own?.events ?? 0;
      if (own === undefined) return lent;
      open.delete(index);
      if (lent.atNs.length < own.events) {
        lent.atNs = new Float64Array(own.events * 2);
        lent.tokens = new Uint16Array(own.events * 2);
      }
      let block = own.first;
      for (let done = 0; done < own.events; done += EVENTS_PER_BLOCK) {
        const from = block * EVENTS_PER_BLOCK;
        const to = from + Math.min(EVENTS_PER_BLOCK, own.events - done);
        lent.atNs.set(at.subarray(from, to), done);
        lent.tokens.set(tokens.subarray(from, to), done);
        if (block !== own.last) block = next[block]!;
      }
      next[own.last] = free;
      free = own.first;
      // Where the server's count of the whole is not known or not possible, the counts of its events are not used either.
      if (own.silent || outputTokens === null || isEmpty(lent)) spread(lent, outputTokens ?? 0);
      return lent;
    },
  };
}

/** True where all events said that they carry none: a server that sends empty lists of ids. */
function isEmpty({ length, tokens }: TokenEvents): boolean {
  for (let event = 0; event < length; event += 1) if (tokens[event]! > 0) return false;
  return true;
}

function spread({ length, tokens }: TokenEvents, total: number): void {
  for (let event = 0; event < length; event += 1) {
    const share = shareOf(total, length, event + 1) - shareOf(total, length, event);
    tokens[event] = Math.min(share, MOST_TOKENS_OF_AN_EVENT);
  }
}

/** Of `total`, what the first `part` of `parts` hold. */
function shareOf(total: number, parts: number, part: number): number {
  return Math.floor((total * part) / parts);
}

/** Blocks from `from` on, each followed by the one after it, -1 at the end. */
function chained(next: Int32Array<ArrayBuffer>, from: number): Int32Array<ArrayBuffer> {
  for (let block = from; block < next.length; block += 1) next[block] = block + 1 < next.length ? block + 1 : -1;
  return next;
}
