import type { Study } from "../schema/study.ts";
import { combination } from "./combination/index.ts";
import { curve } from "./curve/index.ts";
import type { DesignKind } from "./design-kind.ts";
import { duel } from "./duel/index.ts";
import { isolation } from "./isolation/index.ts";
import { stacked } from "./stacked/index.ts";

/** Every kind of design, by the name that a matrix calls it. */
export const designKinds: Readonly<Record<string, DesignKind>> = { isolation, stacked, combination, duel, curve };

/** The kind of a study's design. */
export function kindOf({ design }: Pick<Study, "design">): DesignKind {
  const kind = designKinds[design.kind];
  if (kind === undefined) throw new Error(`there is no kind of design called ${design.kind}`);
  return kind;
}
