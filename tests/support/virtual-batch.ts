/** A request in a batching engine of virtual time. */
export interface VirtualRequest {
  sentMs: number;
  firstTokenMs: number;
  endMs: number;
}

/**
 * An engine that decodes one token of every request in a step, and takes up to `admits` prompts into a step, each of which
 * makes it longer by `prefillMs`. Time is virtual: `run` goes from step to step until no request is open.
 */
export function createVirtualBatch({ stepMs = 10, prefillMs = 3, admits = 2 } = {}) {
  interface Open extends VirtualRequest {
    left: number;
    over: (request: VirtualRequest) => void;
  }
  const waiting: Open[] = [];
  let running: Open[] = [];
  let nowMs = 0;
  return {
    send(tokens: number, over: (request: VirtualRequest) => void): void {
      waiting.push({ sentMs: nowMs, firstTokenMs: Number.NaN, endMs: Number.NaN, left: tokens, over });
    },
    run(): void {
      while (waiting.length + running.length > 0) {
        const admitted = waiting.splice(0, admits);
        running.push(...admitted);
        nowMs += stepMs + admitted.length * prefillMs;
        for (const one of admitted) one.firstTokenMs = nowMs;
        for (const one of running) one.left -= 1;
        const ended = running.filter(({ left }) => left === 0);
        running = running.filter(({ left }) => left > 0);
        for (const one of ended) {
          one.endMs = nowMs;
          one.over(one);
        }
      }
    },
  };
}
