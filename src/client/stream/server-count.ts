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
  private answers = 1;

  /**
   * Takes what an event counts, `chunks` of those before it having borne tokens. Returns how far the count grew with it;
   * null where that is not known, since the server counts at the end alone.
   */
  take(event: CompletionEvent, chunks: number): number | null {
    const { completionTokens: count, promptTokens } = event;
    this.problem ??= event.countProblem;
    this.calls ||= event.calls;
    this.answers = Math.max(this.answers, event.choiceIndex + 1);
    this.promptTokens = promptTokens ?? this.promptTokens;
    const before = this.tokens;
    let grew: number | null = null;
    if (count !== null) {
      if (before !== null && count < before) this.problem ??= `completion_tokens went from ${before} to ${count}`;
      if (this.isRunning && (before !== null || chunks === 0)) grew = count - (before ?? 0);
      this.tokens = count;
    }
    if (grew !== null && grew <= 0 && (event.bearsTokens || grew < 0)) grew = null;
    if (event.bearsTokens && grew === null) this.isRunning = false;
    // An answer's first count that comes with its end is the total.
    return grew !== null && before === null && event.finish !== null && !event.bearsTokens ? null : grew;
  }

  /** Output tokens of the whole answer: by `usage`, else by the ids that came. Null where neither can be relied on. */
  total({ chunks, ids, most }: Sent): number | null {
    const { tokens, calls, answers } = this;
    if (tokens !== null) {
      const fewest = Math.max(ids ?? 0, calls ? 0 : chunks);
      if (tokens > most * answers)
        this.problem ??= `completion_tokens is ${tokens}, and ${most * answers} were asked for at most`;
      if (tokens < fewest) {
        const came = ids !== null && ids > tokens ? `${ids} token ids came` : `${chunks} events bore tokens`;
        this.problem ??= `completion_tokens is ${tokens}, and ${came}`;
      }
    }
    return this.problem === null && tokens !== null ? tokens : ids;
  }
}
