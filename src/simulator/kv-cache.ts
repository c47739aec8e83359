/**
 * The KV cache as vLLM keeps it: blocks of a fixed number of tokens, shared by reference count; full blocks are found again
 * by a hash of all tokens up to their end, and keep their content while they wait on the free list, least recently used first.
 */
export class KvCache {
  readonly blocks: number;
  readonly blockSize: number;
  readonly prefixCaching: boolean;
  free: number;
  private readonly references: Int32Array;
  /** A doubly linked ring of free blocks; its last element is the anchor. */
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly hashOf: Float64Array;
  private readonly byHash = new Map<number, number>();

  constructor(blocks: number, blockSize: number, prefixCaching: boolean) {
    this.blocks = blocks;
    this.blockSize = blockSize;
    this.prefixCaching = prefixCaching;
    this.free = blocks;
    this.references = new Int32Array(blocks);
    this.hashOf = new Float64Array(blocks).fill(-1);
    this.next = new Int32Array(blocks + 1);
    this.previous = new Int32Array(blocks + 1);
    for (let block = 0; block <= blocks; block++) {
      this.next[block] = block === blocks ? 0 : block + 1;
      this.previous[block] = block === 0 ? blocks : block - 1;
    }
  }

  /** 0 to 1. */
  get usage(): number {
    return 1 - this.free / this.blocks;
  }

  blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.blockSize);
  }

  /** How many of the hashes, from the first, are in the cache; and how many of these blocks lie on the free list. */
  found(hashes: readonly number[], atMost: number): { blocks: number; free: number } {
    if (!this.prefixCaching) return { blocks: 0, free: 0 };
    const limit = Math.min(atMost, hashes.length);
    let count = 0;
    let free = 0;
    while (count < limit) {
      const block = this.byHash.get(hashes[count]!);
      if (block === undefined) break;
      if (this.references[block] === 0) free++;
      count++;
    }
    return { blocks: count, free };
  }

  /** Adds the first `count` cached blocks of the hashes to a sequence's. `found` has said that they are there. */
  share(into: number[], hashes: readonly number[], count: number): void {
    for (let at = 0; at < count; at++) {
      const block = this.byHash.get(hashes[at]!)!;
      if (this.references[block] === 0) this.unlink(block);
      this.references[block]!++;
      into.push(block);
    }
  }

  /** Adds fresh blocks to a sequence's; the caller has looked at `free`. What they held is forgotten. */
  take(into: number[], count: number): void {
    for (let taken = 0; taken < count; taken++) {
      const block = this.next[this.blocks]!;
      this.unlink(block);
      this.forget(block);
      this.references[block] = 1;
      into.push(block);
    }
  }

  /** From now on the block can be found by its content. The first of two equal blocks stays the one that is found. */
  remember(block: number, hash: number): void {
    if (!this.prefixCaching || this.byHash.has(hash)) return;
    this.forget(block);
    this.hashOf[block] = hash;
    this.byHash.set(hash, block);
  }

  /** Gives all blocks of a sequence back, its last first, so that the ends of prefixes are forgotten before their beginnings. */
  release(from: number[]): void {
    for (let block = from.pop(); block !== undefined; block = from.pop()) {
      if (--this.references[block]! > 0) continue;
      const last = this.previous[this.blocks]!;
      this.next[last] = block;
      this.previous[block] = last;
      this.next[block] = this.blocks;
      this.previous[this.blocks] = block;
      this.free++;
    }
  }

  /** Forgets every cached block; false, and nothing done, while a sequence holds one. */
  reset(): boolean {
    if (this.free < this.blocks) return false;
    this.byHash.clear();
    this.hashOf.fill(-1);
    return true;
  }

  private forget(block: number): void {
    const hash = this.hashOf[block]!;
    if (hash === -1) return;
    this.byHash.delete(hash);
    this.hashOf[block] = -1;
  }

  private unlink(block: number): void {
    const before = this.previous[block]!;
    const after = this.next[block]!;
    this.next[before] = after;
    this.previous[after] = before;
    this.free--;
  }
}
