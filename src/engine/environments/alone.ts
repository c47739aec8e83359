import type { Result } from "../../schema/result.ts";
import { claimLease } from "../../world/lease.ts";
import type { World } from "../../world/world.ts";

/** Longer than the slowest installation worth waiting for. */
const waitMs = 45 * 60_000;

/** Makes what is to lie in `folder` while no other run does; waits for one that lives. Failure: `locked`, or the action's own. */
export async function alone<Value>(
  world: World,
  folder: string,
  onProgress: (line: string) => void,
  action: () => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const lease = await claimLease(world, `${folder}.lease`, {
    code: "locked",
    doing: `making ${folder}`,
    hint: (pid) => `Wait for it to end, or stop it (\`kill -INT ${pid}\`), and try again.`,
    waitMs,
    onWait: (message) => onProgress(`Waiting for another run: ${message}`),
  });
  if (!lease.ok) return lease;
  try {
    return await action();
  } finally {
    await lease.value.release();
  }
}
