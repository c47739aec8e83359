import { resolve } from "node:path";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { ArrivalDeclaration } from "../../schema/workload.ts";
import type { World } from "../../world/world.ts";
import { leavesByLink } from "../leaves-by-link.ts";
import { readTableFile } from "../text-file.ts";
import { azure, azureLengths } from "./azure.ts";
import { bailian, mooncake } from "./json-lines.ts";
import { burstgpt, burstgptLengths } from "./burstgpt.ts";
import { csv, csvLengths } from "./csv.ts";
import type { TraceFormat } from "./trace-format.ts";
import { lengthsOfMembers, type LengthsFormat, type TraceRequest } from "./trace-lengths.ts";
import { countText } from "../../math/figures.ts";

type TraceDeclaration = Extract<ArrivalDeclaration, { kind: "trace" }>;

type FormatName = TraceDeclaration["format"];

/** How the times and the lengths of a trace are read. */
interface Format {
  times: TraceFormat;
  lengths: LengthsFormat;
  /** Tokens of a block that a hash stands for; absent where the format has none. */
  blockTokens?: number;
}

/** Every format of a trace, under the name that a workload gives it. */
const traceFormats: Readonly<Record<FormatName, Format>> = {
  csv: { times: csv, lengths: csvLengths },
  azure: { times: azure, lengths: azureLengths },
  mooncake: { times: mooncake, lengths: lengthsOfMembers, blockTokens: 512 },
  bailian: { times: bailian, lengths: lengthsOfMembers, blockTokens: 16 },
  burstgpt: { times: burstgpt, lengths: burstgptLengths },
};

/** A file of a trace, and how it is to be read. `member` of the workload names it. */
interface TraceFile {
  path: string;
  format: FormatName;
  member: "arrivals" | "dataset";
}

/** Where traces are looked for: the study's folder is what their paths are relative to. */
interface TracePlace {
  world: Pick<World, "files">;
  root: string;
}

/**
 * The arrivals of a trace in seconds from its first, ascending. A failure where the file is not there, a line has no
 * time, or it has fewer arrivals than `requests`.
 */
export async function loadTrace(
  { path, format, unit }: TraceDeclaration,
  { requests, ...place }: TracePlace & { requests: number },
): Promise<Result<Float64Array>> {
  const read = await readTrace({ path, format, member: "arrivals" }, place, (text) =>
    traceFormats[format].times(text, unit),
  );
  if (!read.ok) return read;
  const times = read.value;
  if (times.length < requests) {
    return fail(
      "trace-too-short",
      `${resolve(place.root, path)} has ${countText(times.length, "arrival")}, and ${countText(requests, "request")} are asked for`,
      times.length === 0
        ? "Name a trace that has arrivals."
        : `Lower counts.requests of the workload to ${times.length} or fewer, or name a longer trace.`,
    );
  }
  const sorted = Float64Array.from(times).toSorted();
  const first = sorted[0] ?? 0;
  return succeed(sorted.map((atS) => atS - first));
}

/** The requests of a trace in the order in which they arrived, and how many tokens a block of their prompts has. */
export async function loadTraceLengths(
  file: TraceFile,
  place: TracePlace,
): Promise<Result<{ requests: TraceRequest[]; blockTokens: number }>> {
  const { lengths, blockTokens = 0 } = traceFormats[file.format];
  const read = await readTrace(file, place, lengths);
  if (!read.ok) return read;
  // Equal times stay in the file's order, as they do among the arrivals.
  const requests = read.value.toSorted((left, right) => (left.at ?? 0) - (right.at ?? 0));
  return succeed({ requests, blockTokens });
}

async function readTrace<Row>(
  { path, format, member }: TraceFile,
  { world, root }: TracePlace,
  rowsOf: (text: string) => Row[] | string,
): Promise<Result<Row[]>> {
  const linked = leavesByLink(world, root, path);
  if (linked !== null) return linked;
  const whole = resolve(root, path);
  const text = await readTableFile(world.files, whole);
  if (text === null)
    return fail(
      "trace-missing",
      `there is no trace at ${whole}`,
      `Put it there, or change ${member}.path in the workload.`,
    );
  if (!text.ok) return text;
  const rows = rowsOf(text.value);
  if (typeof rows !== "string") return succeed(rows);
  const formats = Object.keys(traceFormats).join(", ");
  return fail("trace-broken", `${whole}: ${rows}`, `${member}.format is ${format}; it can be ${formats}.`);
}
