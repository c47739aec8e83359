import { lastAttempts, attemptsKey, type Ledger, type LedgerEntry } from "../schema/trial-spec.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import type { Partners } from "./partners.ts";
import { sessionsOf, type Session } from "./sessions.ts";

/** What earlier trials of one fidelity have done, and what they leave to do. */
export interface Past {
  entries: readonly LedgerEntry[];
  sessions: readonly Session[];
  /** True of the last attempt at a trial, unless it is to be tried again. */
  stands(entry: LedgerEntry): boolean;
  /** The last attempts of an experiment that are to be tried again, in the order of their replicates. */
  toRetry(experimentId: string, purpose: LedgerEntry["purpose"]): readonly LedgerEntry[];
  /** Experiments with a performance trial that stands in a session, and those that have lost one there. */
  heldBy(session: Session): { standing: ReadonlySet<string>; lost: ReadonlySet<string> };
}

const none: readonly LedgerEntry[] = [];

/** `retry`: statuses, in lower case, that do not stand. */
export function pastOf({ trials }: Ledger, fidelity: Fidelity, retry: ReadonlySet<string>): Past {
  const entries = trials.filter((entry) => entry.fidelity === fidelity);
  const last = new Set(lastAttempts(entries, (entry) => entry));
  const isRetried = ({ status }: LedgerEntry): boolean => retry.has(status.toLowerCase());
  const again = Map.groupBy(
    [...last].filter(isRetried).toSorted((left, right) => left.replicate - right.replicate),
    ({ experimentId, purpose }) => `${experimentId} ${purpose}`,
  );
  const stands = (entry: LedgerEntry): boolean => last.has(entry) && !isRetried(entry);
  return {
    entries,
    sessions: sessionsOf(entries),
    stands,
    heldBy(session) {
      const performance = session.trials.filter(({ purpose }) => purpose === "performance");
      const held = performance.filter(stands);
      const places = new Set(held.map(attemptsKey));
      return {
        standing: new Set(held.map(({ experimentId }) => experimentId)),
        lost: new Set(
          performance.filter((entry) => !places.has(attemptsKey(entry))).map(({ experimentId }) => experimentId),
        ),
      };
    },
    toRetry: (experimentId, purpose) => again.get(`${experimentId} ${purpose}`) ?? none,
  };
}

/**
 * In how many sessions each experiment stands beside all that it is compared with, by its id, once the trials that are
 * `coming` in the open session have ended. A session in which a partner has lost a trial does not count: where a baseline is
 * tried again, the rows beside it are measured again, beside the new one.
 */
export function timesMeasured(
  past: Past,
  partners: Partners,
  counts: (session: Session) => boolean,
  coming: { session: Session | null; ids: readonly string[] },
): Map<string, number> {
  const times = new Map<string, number>();
  for (const session of past.sessions.filter(counts)) {
    const { standing, lost } = past.heldBy(session);
    const held = session === coming.session ? new Set([...standing, ...coming.ids]) : standing;
    for (const id of held) {
      const whole = [...partners(id)].every((partner) => held.has(partner) && !lost.has(partner));
      if (whole) times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  return times;
}
