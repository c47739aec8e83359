import { subjects } from "../../src/commands/doctor/check.ts";
import { preflightChecks } from "../../src/commands/doctor/index.ts";
import { pageWith, table } from "./page.ts";
import { flagTable } from "./command-docs.ts";

/** `docs/doctor.md`: its checks from their own declarations. */
export function doctorDocs(): string {
  return pageWith("docs/doctor.md", { flags: flagTable("doctor"), checks: checkTables() });
}

function checkTables(): string {
  return subjects
    .flatMap((subject) => {
      const checks = preflightChecks.filter((check) => check.subject === subject);
      return [
        `### ${subject === "GPU" ? subject : `${subject.charAt(0).toUpperCase()}${subject.slice(1)}`}`,
        "",
        table(
          ["check", "what it asks", "limit", "remedy"],
          checks.map(({ id, asks, limit, remedy }) => [`\`${id}\``, asks, limit ?? "", remedy]),
        ),
        "",
      ];
    })
    .join("\n");
}
