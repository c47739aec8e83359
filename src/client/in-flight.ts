/** Counts the requests that are open, over time. */
export interface InFlightGauge {
  opened(atNs: number): void;
  closed(atNs: number): void;
  /**
   * `heldMax` is the most that were ever open. `heldMean` is the mean over time from the moment the first burst was out
   * until the last request was sent: before and after it nobody could have held what was asked. Where that stretch has
   * no length, it is the number open then.
   */
  held(): { asked: number; heldMean: number; heldMax: number };
}

/** For a phase of `total` requests of which `asked` are to be open at once. */
export function createInFlightGauge(asked: number, total: number): InFlightGauge {
  const full = Math.min(asked, total);
  let open = 0;
  let sent = 0;
  let most = 0;
  let filledAt: number | null = null;
  let changedAt = 0;
  let area = 0;
  let lastSentAt = 0;
  let areaAtLastSent = 0;

  const advance = (atNs: number): void => {
    if (filledAt !== null) area += open * (atNs - changedAt);
    changedAt = atNs;
  };

  return {
    opened(atNs) {
      advance(atNs);
      open += 1;
      sent += 1;
      most = Math.max(most, open);
      lastSentAt = atNs;
      areaAtLastSent = area;
      if (sent === full) filledAt = atNs;
    },
    closed(atNs) {
      advance(atNs);
      open -= 1;
    },
    held() {
      const stretch = filledAt === null ? 0 : lastSentAt - filledAt;
      return { asked, heldMean: stretch > 0 ? areaAtLastSent / stretch : most, heldMax: most };
    },
  };
}
