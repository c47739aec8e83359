import type { World } from "../world/world.ts";

/** Whether something keeps the machine's clock to a time server, and who says so. */
export interface TimeSync {
  /** Null where nobody tells: a container without systemd or chrony. */
  isSynchronised: boolean | null;
  /** The program that was asked; null where none answered. */
  source: string | null;
}

/** They ask a daemon of this machine: one that hangs must not hold up a run. */
const timeoutMs = 2000;

/** Those that are asked, the first that answers counts. */
const sources: readonly { program: string; argv: readonly string[]; parse: (text: string) => boolean | null }[] = [
  {
    program: "timedatectl",
    argv: ["show", "--property=NTPSynchronized", "--value"],
    parse: (text) => ({ yes: true, no: false })[text.trim()] ?? null,
  },
  // The last of chronyc's comma-separated fields is the leap status: `Normal`, or `Not synchronised`.
  {
    program: "chronyc",
    argv: ["-c", "tracking"],
    parse: (text) => (text.includes(",") ? !/,Not synchronised\s*$/.test(text) : null),
  },
];

/** What systemd or chrony says of the clock. */
export async function timeSync({ processes }: Pick<World, "processes">): Promise<TimeSync> {
  for (const { program, argv, parse } of sources) {
    const { code, stdout } = await processes.run([program, ...argv], { timeoutMs });
    const isSynchronised = code === 0 ? parse(stdout) : null;
    if (isSynchronised !== null) return { isSynchronised, source: program };
  }
  return { isSynchronised: null, source: null };
}
