import {
  engineMetricsFile,
  outputsFile,
  requestsFile,
  telemetryFile,
  tokensFile,
  type ParquetColumn,
} from "./parquet-files.ts";

interface Described {
  name: string;
  row: string;
  columns: Pick<ParquetColumn<never>, "name" | "type" | "meaning">[];
}

/** The parquet files of a trial with their columns, as markdown: the generated part of `docs/data.md` between `files` markers. */
export function fileDocs(): string {
  const files: Described[] = [requestsFile, tokensFile, engineMetricsFile, telemetryFile, outputsFile];
  return files.map(section).join("\n\n");
}

function section({ name, row, columns }: Described): string {
  const lines = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.meaning} |`);
  return [`### \`${name}\``, "", `A row is ${row}.`, "", "| column | type | meaning |", "|---|---|---|", ...lines].join(
    "\n",
  );
}
