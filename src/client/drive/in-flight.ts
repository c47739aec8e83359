/** Counts the requests that are open, over time. */
export interface InFlightGauge {
  opened(atNs: number): void;
  closed(atNs: number): void;
  /** The measured phase begins now, with what is open. */
  begin(atNs: number): void;
  /** The measured phase is over: what follows does not count. */
  end(atNs: number): void;
  /**
   * `heldMax` is the most that were open at once. `heldMean` is the mean over time from the moment the first burst was out,
   * or from `begin` where it was out before, until `end`; without that until the last request was sent: before and after
   * it the load could not have been held. Where that stretch has no length, it is the number open then.
   */
  held(): { asked: number; heldMean: number; heldMax: number };
}

/** For a phase of at least `total` requests of which `asked` are to be open at once. */
export function createInFlightGauge(asked: number, total: number): InFlightGauge {
  const full = Math.min(asked, total);
  let open = 0;
  let sent = 0;
  let most = 0;
  let filledAt: number | null = null;
  let changedAt = 0;
  let area = 0;
  let lastAt = 0;
  let areaAtLast = 0;
  let ended = false;

  const advance = (atNs: number): void => {
    if (filledAt !== null) area += open * (atNs - changedAt);
    changedAt = atNs;
  };
  const mark = (atNs: number): void => {
    lastAt = atNs;
    areaAtLast = area;
  };

  return {
    opened(atNs) {
      if (ended) return;
      advance(atNs);
      open += 1;
      sent += 1;
      most = Math.max(most, open);
      mark(atNs);
      if (filledAt === null && (sent === full || open === full)) filledAt = atNs;
    },
    closed(atNs) {
      if (ended) return;
      advance(atNs);
      open -= 1;
    },
    begin(atNs) {
      [filledAt, changedAt, area, sent, most] = [open >= full ? atNs : null, atNs, 0, 0, open];
      mark(atNs);
    },
    end(atNs) {
      advance(atNs);
      mark(atNs);
      ended = true;
    },
    held() {
      const stretch = filledAt === null ? 0 : lastAt - filledAt;
      return { asked, heldMean: stretch > 0 ? areaAtLast / stretch : most, heldMax: most };
    },
  };
}
