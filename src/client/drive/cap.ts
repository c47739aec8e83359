/** How many units of an open loop may be open at once; what is due beyond it is held back until one ends. All phases of a load share it. */
export interface Cap {
  /** Takes a place; false where none is free. */
  take(): boolean;
  /** Gives a place back, and calls those that wait for one, in their order, for as long as one is free. */
  release(): void;
  /** Calls back once, when a place may be free. */
  wait(call: () => void): void;
}

export function createCap(most: number): Cap {
  let open = 0;
  const waiting: (() => void)[] = [];
  const isFree = (): boolean => open < most;
  return {
    take() {
      if (!isFree()) return false;
      open += 1;
      return true;
    },
    release() {
      open -= 1;
      while (isFree() && waiting.length > 0) waiting.shift()!();
    },
    wait: (call) => void waiting.push(call),
  };
}
