import type { EnvironmentDeclaration } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import type { Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import type { PrefixImage } from "./image-in-prefix.ts";

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
  /** For an engine that runs in a container: `executable` is a program of its image. */
  container?: Container;
  /** For an engine whose prefix runs it in an image: `executable` is a program of it. */
  image?: PrefixImage;
}

/** How containers of one image are run. */
export interface Container {
  /** The path of docker, or of a program with its commands. */
  client: string;
  /** As it is declared. */
  image: string;
  /** `sha256:…` of what is here; null where the image is not here yet. */
  digest: string | null;
  /** What names the same image at each start: by its digest, where it is here. */
  reference: string;
  /** `uid:gid` of whoever runs us, so that what the engine writes is his; null where the machine does not tell. */
  user: string | null;
  gpus: NonNullable<Extract<EnvironmentDeclaration, { kind: "docker" }>["gpus"]>;
  mounts: readonly string[];
  options: readonly string[];
}

export interface PreparationOptions {
  /** Where environments are kept. */
  cacheFolder: string;
  /** What is put before the engine's command, and the folder that its relative paths count from. */
  launched?: { prefix: readonly string[]; folder: string };
  /** True of a command that only looks: an image that is not here is not pulled, and one that is here not digested. */
  lookOnly?: true;
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
