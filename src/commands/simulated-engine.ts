import { runSimulatedEngine } from "../simulator/index.ts";
import type { World } from "../world/world.ts";

/** `ceteris simulated-engine MODEL …`: the life of one simulated `vllm serve`; its log is its stdout. */
export async function simulatedEngineCommand(
  world: World,
  options: { argv: string[] },
  signal: AbortSignal,
): Promise<number> {
  const truthFile = world.variables["CETERIS_SIMULATED_TRUTH"];
  let written: Promise<void> = Promise.resolve();
  const truth = (row: string): void => {
    if (truthFile !== undefined) written = written.then(() => world.files.appendText(truthFile, `${row}\n`));
  };
  const code = await runSimulatedEngine({
    argv: options.argv,
    variables: world.variables,
    log: (line) => world.streams.out(`${line}\n`),
    signal,
    exit: (now) => world.processes.exit(now),
    ...(truthFile === undefined ? {} : { truth }),
  });
  await written;
  return code;
}
