import { saidOf } from "../math/figures.ts";
import type { Capacity, CapacityQuestion } from "../schema/capacity.ts";
import { certifies } from "../schema/fidelity.ts";
import { toDisk } from "../schema/disk.ts";
import type { Document } from "./document.ts";
import { escapeMarkdown } from "./markdown.ts";
import { originOf } from "./origin.ts";
import { capacityRelation } from "./relations/capacity.ts";
import type { ReportInput } from "./report-input.ts";
import { csvTable } from "./writers/csv.ts";
import { writeDocument, type RowFormat } from "./writers/index.ts";

/** What `capacity` has to say. */
export interface CapacityAnswer {
  of: Pick<ReportInput, "study" | "trials">;
  question: CapacityQuestion;
  /** The SLO of the command line in words; null where the workload's own holds. */
  slo: string | null;
  capacities: readonly Capacity[];
  /** What the answer rests on. */
  notes: readonly string[];
}

/** Capacities as text that ends with a newline: for people with what they rest on, for programs whole. */
export function capacityText(answer: CapacityAnswer, format: RowFormat): string {
  const { of, question, slo, capacities, notes } = answer;
  if (format === "csv") return csvTable(capacityRelation(capacities));
  const origins = originOf(of).tags;
  if (format === "json") {
    const whole = { study: of.study.name, origins, ...question, slo, capacities: [...capacities], notes: [...notes] };
    return `${JSON.stringify(toDisk(whole), null, 1)}\n`;
  }
  const { fidelity } = of.study;
  const said = saidOf(
    slo !== null && `The SLO is ${slo}, in place of the workload's.`,
    ...notes,
    !certifies(fidelity) && `Screened, not certified: fidelity ${fidelity}.`,
  );
  const document: Document = {
    blocks: [
      ...(origins.length === 0 ? [] : [{ type: "prose", text: `**${escapeMarkdown(origins.join(", "))}**` } as const]),
      { type: "table", relation: capacityRelation(capacities) },
      { type: "prose", text: said.map((note) => `- ${escapeMarkdown(note)}`).join("\n") },
    ],
  };
  return writeDocument(document, format);
}
