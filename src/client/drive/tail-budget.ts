import type { Observation, RequestRecord } from "../../schema/observation.ts";

/** How many requests of a schedule may miss a limit before no end of it can hold any more. */
export interface TailBudget {
  /** Of so many requests that are to be sent; null where any number may. */
  allowed(requests: number): number | null;
  /** True of a request that is over and missed the limit, or failed. */
  missed(record: RequestRecord): boolean;
}

/** Why the requests in flight are cut off then: it is no failure of theirs. */
export const TAIL_SPENT = Symbol("the tail budget is spent");

export interface TailWatch {
  /** Of each measured request that is over. */
  saw(record: RequestRecord, atNs: number): void;
  /** Aborts when a budget is spent; undefined without one. */
  signal: AbortSignal | undefined;
  /** When the first was spent and by how many; null where none was. */
  spent(): { atNs: number; missed: number; allowed: number } | null;
}

/** Counts misses, each limit for itself, and says when there is nothing left to learn from a schedule of so many requests. */
export function watchTail(declared: readonly TailBudget[], requests: number): TailWatch {
  const stop = new AbortController();
  const budgets = declared.flatMap((budget) => {
    const allowed = budget.allowed(requests);
    return allowed === null ? [] : [{ allowed, missed: (record: RequestRecord) => budget.missed(record) }];
  });
  const misses = budgets.map(() => 0);
  let spent: ReturnType<TailWatch["spent"]> = null;
  return {
    saw(record, atNs) {
      if (spent !== null) return;
      for (const [place, { allowed, missed }] of budgets.entries()) {
        if (!missed(record)) continue;
        misses[place]! += 1;
        if (misses[place]! <= allowed) continue;
        spent = { atNs, missed: misses[place]!, allowed };
        stop.abort(TAIL_SPENT);
        return;
      }
    },
    signal: budgets.length === 0 ? undefined : stop.signal,
    spent: () => spent,
  };
}

/** What a load says of its end; `dueNs` is its whole schedule, null without one. */
export function gaveUpOf(tail: TailWatch, dueNs: Float64Array | null): Observation["gaveUp"] {
  const spent = tail.spent();
  return spent === null ? null : { ...spent, lastDueNs: dueNs?.at(-1) ?? spent.atNs };
}
