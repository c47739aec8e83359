import type { RequestRecord } from "./observation.ts";

/** When units were opened and when they were closed, in ns, each in ascending order. */
export interface OpenUnits {
  opened: Float64Array;
  closed: Float64Array;
}

/** When the units of some requests were open: a single question from its send to its end, a conversation from its first send to its last end. */
export function openUnits(requests: Iterable<RequestRecord>): OpenUnits {
  const units: { sentNs: number; endNs: number }[] = [];
  const conversations = new Map<string, (typeof units)[number]>();
  for (const { phase, session, sentNs, endNs } of requests) {
    // Each phase numbers its conversations from 0.
    const key = `${phase} ${session}`;
    const known = session === null ? undefined : conversations.get(key);
    if (known === undefined) {
      const unit = { sentNs, endNs };
      units.push(unit);
      if (session !== null) conversations.set(key, unit);
    } else {
      known.sentNs = Math.min(known.sentNs, sentNs);
      known.endNs = Math.max(known.endNs, endNs);
    }
  }
  return {
    opened: Float64Array.from(units, ({ sentNs }) => sentNs).toSorted(),
    closed: Float64Array.from(units, ({ endNs }) => endNs).toSorted(),
  };
}
