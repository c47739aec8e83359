import type { CommandContext, StricliProcess } from "@stricli/core";
import type { World } from "../world/world.ts";

/** What every command is called with: streams for stricli, the world for us, and the signal of a Ctrl-C. */
export interface Context extends CommandContext {
  readonly process: StricliProcess;
  readonly world: World;
  readonly signal: AbortSignal;
}
