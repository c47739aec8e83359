import type { CompletionEvent } from "./completion-event.ts";

/** What the client itself knows of an answer that its server counted. */
interface Sent {
  /** Events that bore tokens. */
  chunks: number;
  /** Token ids that came; null where the server returns none. */
  ids: number | null;
  /** The most tokens that were asked for. */
  most: number;
}

/** The `usage` of one answer while it arrives: what the server counts, and whether that is possible. */
export class ServerCount {
  promptTokens: number | null = null;
  /** Output tokens so far; null until the server gave a number. */
  tokens: number | null = null;
  /** Why the count is not used; null where it is possible. */
  problem: string | null = null;
  /** True while the count grew with every event that bore tokens: then it says what each event bears. */
  private isRunning = true;
  private calls = false;
  private thinks = false;
  /** Of the tokens, those of reasoning that the server says it counted, while none of it was sent. */
  private hidden = 0;
  /** What the events were said to bear. */
  private borne = 0;
  private answers = 1;

  /**
   * Takes what an event counts, `chunks` of those before it having borne tokens. Returns how far the count of what is sent
   * grew with it; null where that is not known, since the server counts at the end alone.
   */
  take(event: CompletionEvent, chunks: number): number | null {
    const { completionTokens: count, promptTokens } = event;
    this.problem ??= event.countProblem;
    this.calls ||= event.calls;
    this.thinks ||= event.thinks;
    this.answers = Math.max(this.answers, event.choiceIndex + 1);
    this.promptTokens = promptTokens ?? this.promptTokens;
    const before = this.tokens;
    let grew: number | null = null;
    if (count !== null) {
      if (before !== null && count < before) this.problem ??= `completion_tokens went from ${before} to ${count}`;
      const sentBefore = (before ?? 0) - this.hidden;
      this.hidden = this.thinks ? 0 : event.reasoningTokens;
      if (this.isRunning && (before !== null || chunks === 0)) grew = count - this.hidden - sentBefore;
      this.tokens = count;
    }
    if (grew !== null && grew <= 0 && (event.bearsTokens || grew < 0)) grew = null;
    if (event.bearsTokens && grew === null) this.isRunning = false;
    // An answer's first count that comes with its end is the total.
    if (grew !== null && before === null && event.finish !== null && !event.bearsTokens) return null;
    this.borne += grew ?? 0;
    return grew;
  }

  /** Output tokens of the whole answer that were sent: by `usage`, else by the ids that came. Null where neither can be relied on. */
  total({ chunks, ids, most }: Sent): number | null {
    const { tokens, calls, answers, hidden, borne } = this;
    if (tokens === null) return ids;
    const fewest = Math.max(ids ?? 0, calls ? 0 : chunks);
    // Reasoning that stands within the text, as a server without a parser for it sends it, is not hidden.
    const sent = tokens - hidden >= Math.max(fewest, borne, 1) ? tokens - hidden : tokens;
    if (sent > most * answers)
      this.problem ??= `completion_tokens is ${tokens}, and ${most * answers} were asked for at most`;
    if (tokens < fewest) {
      const came = ids !== null && ids > tokens ? `${ids} token ids came` : `${chunks} events bore tokens`;
      this.problem ??= `completion_tokens is ${tokens}, and ${came}`;
    }
    return this.problem === null ? sent : ids;
  }
}
