import { isAbsolute, join } from "node:path";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { ArrivalDeclaration } from "../../schema/workload.ts";
import type { World } from "../../world/world.ts";
import { readTableFile } from "../text-file.ts";
import { azure } from "./azure.ts";
import { bailian } from "./bailian.ts";
import { burstgpt } from "./burstgpt.ts";
import { csv } from "./csv.ts";
import { mooncake } from "./mooncake.ts";
import type { TraceFormat } from "./trace-format.ts";
import { countText } from "../../math/figures.ts";

type TraceDeclaration = Extract<ArrivalDeclaration, { kind: "trace" }>;

/** Every format of a trace, under the name that a workload gives it. */
const traceFormats: Readonly<Record<TraceDeclaration["format"], TraceFormat>> = {
  csv,
  azure,
  mooncake,
  bailian,
  burstgpt,
};

/**
 * The arrivals of a trace in seconds from its first, ascending. A failure where the file is not there, a line has no
 * time, or it has fewer arrivals than `requests`. `root` is the study's folder, which the path is relative to.
 */
export async function loadTrace(
  declaration: TraceDeclaration,
  { world, root, requests }: { world: Pick<World, "files">; root: string; requests: number },
): Promise<Result<Float64Array>> {
  const path = isAbsolute(declaration.path) ? declaration.path : join(root, declaration.path);
  const text = await readTableFile(world.files, path);
  if (text === null) {
    return fail(
      "trace-missing",
      `there is no trace at ${path}`,
      "Put it there, or change arrivals.path in the workload.",
    );
  }
  if (!text.ok) return text;
  const times = traceFormats[declaration.format](text.value, declaration.unit);
  if (typeof times === "string") {
    const formats = Object.keys(traceFormats).join(", ");
    return fail("trace-broken", `${path}: ${times}`, `arrivals.format is ${declaration.format}; it can be ${formats}.`);
  }
  if (times.length < requests) {
    return fail(
      "trace-too-short",
      `${path} has ${countText(times.length, "arrival")}, and ${countText(requests, "request")} are asked for`,
      `Lower counts.requests of the workload to ${times.length} or fewer, or name a longer trace.`,
    );
  }
  const sorted = Float64Array.from(times).toSorted();
  const first = sorted[0] ?? 0;
  return succeed(sorted.map((atS) => atS - first));
}
