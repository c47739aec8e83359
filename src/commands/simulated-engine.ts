import { runSimulatedEngine } from "../simulator/index.ts";
import type { World } from "../world/world.ts";

/** `ceteris simulated-engine MODEL …`: the life of one simulated `vllm serve`; its log is its stdout. */
export async function simulatedEngineCommand(
  world: World,
  options: { argv: string[] },
  signal: AbortSignal,
): Promise<number> {
  return runSimulatedEngine({
    argv: options.argv,
    variables: world.variables,
    log: (line) => world.streams.out(`${line}\n`),
    signal,
  });
}
