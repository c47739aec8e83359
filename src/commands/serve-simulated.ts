import { runSimulatedEngine } from "../simulator/index.ts";
import type { World } from "../world/world.ts";

/** `ceteris serve-simulated MODEL …`: the life of one simulated `vllm serve`; its log is its stdout. */
export async function serveSimulatedCommand(
  world: World,
  options: { argv: readonly string[] },
  signal: AbortSignal,
): Promise<number> {
  const truthFile = world.variables["CETERIS_SIMULATED_TRUTH"];
  let rows = "";
  let written: Promise<void> = Promise.resolve();
  // Rows that come while others are written go out together: a step that ends many answers does not wait for their files.
  const truth = (row: string): void => {
    if (rows === "") written = written.then(write);
    rows += `${row}\n`;
  };
  const write = async (): Promise<void> => {
    const text = rows;
    rows = "";
    if (truthFile !== undefined) await world.files.appendText(truthFile, text);
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
