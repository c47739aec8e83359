import { NS_PER_S } from "../../math/units.ts";
import type { RequestRecord } from "../../schema/observation.ts";
import type { Sample } from "../../schema/sample.ts";

/** A finished turn: what the user asked, and what the server answered. */
export interface Exchange {
  user: string;
  assistant: string;
}

export interface ConversationSteps {
  /** Makes the body of a turn, with what was said before it. */
  bodyOf(turn: Sample, history: readonly Exchange[]): Buffer;
  /** Resolves at that time of the clock; false where nothing more is to be sent. */
  think(untilNs: number): Promise<boolean>;
  /** Sends a turn; resolves with its record, and the text of its answer where `keepText`. */
  ask(
    place: number,
    body: Buffer,
    scheduledNs: number | null,
    keepText: boolean,
  ): Promise<{ record: RequestRecord; text: string }>;
}

/**
 * Sends the turns of one conversation, each after the history of real answers, which is kept for as long as the conversation
 * lasts. A turn is due `thinkS` after the end of the one before. One that fails ends the conversation: its
 * user has no answer to go on from. After one that the client cut off the user goes on from what had come by then.
 * Resolves with the number of turns that were sent.
 *
 * `first` is the body of the first turn; `scheduledOf` makes the intended send of a later one from when it is due.
 */
export async function converse(
  turns: readonly Sample[],
  first: { body: Buffer; scheduledNs: number | null },
  scheduledOf: (dueNs: number) => number | null,
  steps: ConversationSteps,
): Promise<number> {
  const history: Exchange[] = [];
  let { body, scheduledNs } = first;
  for (let place = 0; ;) {
    const { record, text } = await steps.ask(place, body, scheduledNs, place + 1 < turns.length);
    const user = userText(turns[place]!);
    place += 1;
    if (place === turns.length || record.error !== null) return place;
    history.push({ user, assistant: text });
    // Made before the wait, so that the turn leaves when it is due.
    const turn = turns[place]!;
    body = steps.bodyOf(turn, history);
    const dueNs = record.endNs + (turn.turn?.thinkS ?? 0) * NS_PER_S;
    if (!(await steps.think(dueNs))) return place;
    scheduledNs = scheduledOf(dueNs);
  }
}

/** What the user says in a turn; a conversation is of texts. */
export function userText({ index, prompt }: Sample): string {
  if ("text" in prompt) return prompt.text;
  throw new Error(`sample ${index} is a turn of a conversation and a list of token ids`);
}
