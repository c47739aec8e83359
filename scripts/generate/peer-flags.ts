import { routes } from "../../src/cli/commands.ts";
import { listCommands } from "../../src/cli/listing.ts";
import { peerTools, type PeerFlag } from "../../src/commands/bench/peers/index.ts";
import { table } from "./page.ts";

/** Sections of `docs/bench.md`, one for each other load generator. A flag of ours that does not exist is an error. */
export function peerFlagTables(): { [section: string]: string } {
  const bench = listCommands(routes).find(({ name }) => name === "bench");
  const known = new Set(bench?.flags.map(({ name }) => name));
  return Object.fromEntries(
    peerTools.map(({ title, flags }) => {
      const rows = flags.map((row): [string, string] => [
        row.names.map((name) => `\`${name}\``).join(", "),
        answerText(row),
      ]);
      for (const [theirs, ours] of rows) {
        const named = ours.matchAll(/`(--[a-z][a-z0-9-]*)/g);
        const unknown = [...named].filter(([, name = ""]) => !known.has(name));
        if (unknown.length > 0) throw new Error(`${theirs}: ceteris bench has no ${unknown.join(", ")}`);
      }
      return [title, table(["theirs", "ours"], rows)];
    }),
  );
}

function answerText({ answer, remark }: PeerFlag): string {
  const text =
    "is" in answer
      ? `\`${answer.is}\``
      : "ours" in answer
        ? answer.ours
        : "unneeded" in answer
          ? `left out: ${answer.unneeded}`
          : `refused: ${answer.refused}. ${answer.hint}`;
  return remark === undefined ? text : `${text}; ${remark}`;
}
