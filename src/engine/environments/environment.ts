import type { EnvironmentDeclaration } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import type { Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

/** An engine that can be started, or that is there. */
export interface PreparedEnvironment {
  /** What stands for `{executable}`: one item, or a runtime and its script. Empty for an endpoint. */
  executable: string[];
  /** `name==version` of what is installed beside it, sorted; null where that cannot be told. */
  packages: string[] | null;
  /** The environment's own folder; null where it has none. */
  folder: string | null;
  /** Where it answers, for an engine that is attached to. */
  url?: string;
}

export interface PreparationOptions {
  /** Where environments are kept. */
  cacheFolder: string;
  /** Told one line of text about each step. */
  onProgress: (line: string) => void;
}

/** How engines of one kind of environment come to be there. */
export type EnvironmentKind<Kind extends EnvironmentDeclaration["kind"]> = (
  world: World,
  declaration: Extract<EnvironmentDeclaration, { kind: Kind }>,
  engine: Engine,
  options: PreparationOptions,
) => Promise<Result<PreparedEnvironment>>;
