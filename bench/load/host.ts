import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";

/** What else the machine was doing. Shares are of one core. */
export interface HostNoise {
  loadAverage: number;
  /** CPU that this process got ÷ time that passed, while it wanted all of a core. */
  spinShare: number;
  /** The slowest of equal pieces of work ÷ their median. */
  spinWorst: number;
  /** Reasons to call the host noisy; none where it is quiet. */
  reasons: string[];
}

/** Above these a host is called noisy: half a core of other work; 3 % of a core taken away; a piece twice as slow. */
const limits = { loadAverage: 0.5, spinShare: 0.97, spinWorst: 2 } as const;

/** Spins for about a second, and says what stood in the way. */
export function measureNoise(): HostNoise {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const pieces: number[] = [];
  let state = 1;
  while (performance.now() - startedMs < 1000) {
    const pieceMs = performance.now();
    for (let step = 0; step < 1_000_000; step += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    pieces.push(performance.now() - pieceMs);
  }
  const { user, system } = process.cpuUsage(before);
  const spinShare = (user + system) / 1000 / (performance.now() - startedMs);
  // The first pieces are run before the compiler has seen them.
  const sorted = sortedCopy(pieces.slice(10));
  const spinWorst = (sorted.at(-1) ?? 1) / (quantileLinear(sorted, 0.5) ?? 1);
  return judged({ loadAverage: loadavg()[0] ?? 0, spinShare, spinWorst });
}

/** Puts the reasons to the figures. */
export function judged(found: Omit<HostNoise, "reasons">): HostNoise {
  const { loadAverage, spinShare, spinWorst } = found;
  const reasons: string[] = [];
  if (loadAverage > limits.loadAverage)
    reasons.push(`load average ${loadAverage.toFixed(2)} before the start (limit ${limits.loadAverage})`);
  if (spinShare < limits.spinShare)
    reasons.push(`a spinning process got ${spinShare.toFixed(2)} of a core (limit ${limits.spinShare})`);
  if (spinWorst > limits.spinWorst)
    reasons.push(`equal work took up to ${spinWorst.toFixed(1)} times its median (limit ${limits.spinWorst})`);
  return { ...found, reasons };
}

/** CPU of the whole machine so far, in seconds: used by processes, and stolen by the hypervisor. */
export interface MachineCpu {
  usedS: number;
  stolenS: number;
}

/** From /proc/stat. */
export function machineCpu(): MachineCpu {
  return readMachineCpu(readFileSync("/proc/stat", "utf8"));
}

/** The first line of /proc/stat, proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second. */
export function readMachineCpu(text: string): MachineCpu {
  const ticks = /^cpu +(.*)$/m.exec(text)?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
  return { usedS: (user + nice + system + irq + softirq) / 100, stolenS: steal / 100 };
}
