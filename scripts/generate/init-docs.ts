import { readyChanges } from "../../src/commands/init/ready-changes.ts";
import { flagTable } from "./command-docs.ts";
import { pageWith, table } from "./page.ts";

/** `docs/init.md`: its flags, and the ready-made changes from their own table. */
export function initDocs(): string {
  return pageWith("docs/init.md", { flags: flagTable("init"), changes: changeTable() });
}

function changeTable(): string {
  return table(
    ["change", "sets", "beside it in the baseline", "what to know"],
    readyChanges.map(({ id, set, baseline = {}, pins = {}, comment }) => [
      `\`${id}\``,
      members(set),
      members({ ...baseline, ...pins }),
      comment,
    ]),
  );
}

function members(knobs: object): string {
  return Object.entries(knobs)
    .map(([knob, value]) => `\`${knob}: ${JSON.stringify(value)}\``)
    .join(", ");
}
