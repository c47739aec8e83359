import { meant } from "../../matrix/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

export interface Choice {
  id: string;
  title: string;
}

/** A question with a list of answers. */
interface Question<Given> {
  /** The flag that answers it. */
  flag: string;
  question: string;
  choices: readonly Choice[];
  /** What the flag said. */
  given: Given | undefined;
  usual: Given;
  /** How many may be picked; as many as there are without it. */
  most?: 1;
}

/** One of the choices: by the flag, else as a person answers, else the usual one. Null where the person left. */
export async function pick(world: World, question: Question<string>): Promise<Result<string> | null> {
  const { given, usual } = question;
  const found = await pickSeveral(world, {
    ...question,
    given: given === undefined ? undefined : [given],
    usual: [usual],
    most: 1,
  });
  return found === null || !found.ok ? found : succeed(found.value[0] ?? usual);
}

/** The same with several; a person answers by numbers or names, with commas or blanks between. */
export async function pickSeveral(
  { streams }: World,
  { flag, question, choices, given, usual, most }: Question<readonly string[]>,
): Promise<Result<readonly string[]> | null> {
  const ids = choices.map(({ id }) => id);
  if (given !== undefined) {
    const unknown = given.find((id) => !ids.includes(id));
    return unknown === undefined
      ? succeed(given)
      : fail("unknown-choice", `${flag} ${unknown}: there is none of this name`, meant(unknown, ids, true));
  }
  if (streams.ask === null) return succeed(usual);
  const widest = Math.max(...ids.map((id) => id.length));
  const lines = choices.map(
    ({ id, title }, place) => `  ${String(place + 1).padStart(2)}  ${id.padEnd(widest)}  ${title}\n`,
  );
  streams.err(`${question}\n${lines.join("")}`);
  for (;;) {
    const answer = await streams.ask(`[${usual.join(" ")}] `);
    if (answer === null) return null;
    const words = answer.split(/[\s,]+/).filter((word) => word !== "");
    const picked = words.map((word) => (/^\d+$/.test(word) ? ids[Number(word) - 1] : word));
    const wrong = picked.findIndex((id) => id === undefined || !ids.includes(id));
    if (words.length > (most ?? words.length)) {
      streams.err(`${words.length} answers, and one is asked for: give a number or a name of the list.\n`);
      continue;
    }
    if (wrong < 0) return succeed(words.length === 0 ? usual : (picked as string[]));
    streams.err(`\`${words[wrong]}\` is none of them: give numbers or names of the list.\n`);
  }
}
