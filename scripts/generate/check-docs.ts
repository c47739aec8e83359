import { rules } from "../../src/checks/index.ts";
import { table } from "./page.ts";

/** `docs/checks.md`: every check of a trial, from its own declaration. */
export function checkDocs(): string {
  const instruments = rules.flatMap(({ id, about }) => (about === undefined ? [] : `\`${id}\``));
  return [
    "# Checks",
    "",
    "Made by `npm run generate` from `src/checks/`; not edited by hand.",
    "",
    "Each trial is judged by all checks that apply to it, from that trial alone. One that fails makes the trial INVALID, with the",
    "first failing check of this order as the reason; one that cannot be decided fails nothing and is named in the verdict. The",
    "stored check (`checks` in `trial.json`, the view `checks`) has value, limit, margin, unit, a sentence with the figures, and",
    "the remedy for that trial.",
    "",
    `The failures of ${instruments.join(", ")} are the client's or the machine's: such a trial says nothing about what the engine can`,
    "do (`about` of the stored check), and a search for a peak does not count it.",
    "",
    table(
      ["check", "what it asks", "limit", "remedy"],
      rules.map(({ id, asks, limit, remedy }) => [`\`${id}\``, asks, limit, remedy]),
    ),
    "",
  ].join("\n");
}
