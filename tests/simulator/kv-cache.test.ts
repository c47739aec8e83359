import { describe, expect, it } from "vitest";
import { KvCache } from "../../src/simulator/kv-cache.ts";

describe("KvCache", () => {
  it("hands out blocks and takes them back", () => {
    const cache = new KvCache(4, 16, true);
    const mine: number[] = [];
    cache.take(mine, 3);
    expect(mine).toEqual([0, 1, 2]);
    expect(cache.free).toBe(1);
    expect(cache.usage).toBe(0.75);
    cache.release(mine);
    expect(mine).toEqual([]);
    expect(cache.free).toBe(4);
    expect(cache.blocksFor(33)).toBe(3);
  });

  it("finds full blocks by hash while they are held and after they are free", () => {
    const cache = new KvCache(4, 16, true);
    const mine: number[] = [];
    cache.take(mine, 2);
    cache.remember(mine[0]!, 111);
    cache.remember(mine[1]!, 222);
    expect(cache.found([111, 222, 333], 9)).toEqual({ blocks: 2, free: 0 });
    const theirs: number[] = [];
    cache.share(theirs, [111, 222], 2);
    cache.release(mine);
    expect(cache.free).toBe(2);
    cache.release(theirs);
    expect(cache.found([111, 222], 9)).toEqual({ blocks: 2, free: 2 });
    expect(cache.found([111, 222], 1)).toEqual({ blocks: 1, free: 1 });
    expect(cache.found([999, 222], 9)).toEqual({ blocks: 0, free: 0 });
  });

  it("forgets the least recently used first, and the end of a prefix before its beginning", () => {
    const cache = new KvCache(3, 16, true);
    const mine: number[] = [];
    cache.take(mine, 2);
    cache.remember(mine[0]!, 1);
    cache.remember(mine[1]!, 2);
    cache.release(mine);
    // The block that was never used goes first, then the end of the prefix.
    cache.take([], 2);
    expect(cache.found([1, 2], 9).blocks).toBe(1);
    cache.take([], 1);
    expect(cache.found([1, 2], 9).blocks).toBe(0);
  });

  it("resets only when nothing is held", () => {
    const cache = new KvCache(2, 16, true);
    const mine: number[] = [];
    cache.take(mine, 1);
    cache.remember(mine[0]!, 7);
    expect(cache.reset()).toBe(false);
    cache.release(mine);
    expect(cache.found([7], 9).blocks).toBe(1);
    expect(cache.reset()).toBe(true);
    expect(cache.found([7], 9).blocks).toBe(0);
  });

  it("finds nothing with prefix caching off", () => {
    const cache = new KvCache(2, 16, false);
    const mine: number[] = [];
    cache.take(mine, 1);
    cache.remember(mine[0]!, 7);
    expect(cache.found([7], 9).blocks).toBe(0);
  });

  it("never loses or doubles a block, whatever is asked of it", () => {
    const cache = new KvCache(16, 16, true);
    const held: number[][] = [];
    for (let turn = 0; turn < 2000; turn++) {
      const choice = (turn * 2_654_435_761) % 97;
      if (choice < 50 && cache.free >= 3) {
        const blocks: number[] = [];
        const hash = choice % 7;
        const { blocks: found } = cache.found([hash], 1);
        cache.share(blocks, [hash], found);
        cache.take(blocks, 2);
        if (found === 0) cache.remember(blocks[0]!, hash);
        held.push(blocks);
      } else if (held.length > 0) cache.release(held.splice(choice % held.length, 1)[0]!);
      expect(new Set(held.flat()).size).toBe(16 - cache.free);
    }
    for (const blocks of held) cache.release(blocks);
    expect(cache.free).toBe(16);
  });
});
