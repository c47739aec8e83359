import { segmentsOf } from "../../schema/json.ts";
import type { Aim } from "./places.ts";

/** What is wrong with the shape of a file, at one place. */
export interface ShapeFault {
  code: string;
  pointer: string;
  aim: Aim;
  message: string;
  hint: string;
  /** What has to be left out for the rest to be used; null where nothing is there to leave out. */
  faulty: string | null;
}

export function descriptionIn(schema: object | undefined): string {
  return schema && "description" in schema ? String(schema.description) : "";
}

/** The last name of a pointer; an item goes by its list: `workloads[0]`. */
export function nameOf(pointer: string): string {
  const segments = segmentsOf(pointer);
  const indexes: string[] = [];
  while (/^\d+$/.test(segments.at(-1) ?? "")) indexes.unshift(`[${segments.pop()}]`);
  return `${segments.at(-1) ?? ""}${indexes.join("")}`;
}
