import { countText, percentText } from "../../math/figures.ts";
import { about, fine, fineIf, refusal, unknown } from "./check.ts";
import { numberIn, textIn, type Facts, type PlannedLoad } from "./facts.ts";

/** Of the time of the cores, that others may use before a load begins. */
const mostBusy = 0.2;
/** Of it, that the hypervisor may give to others: stolen time stops client and engine alike. */
const mostStolen = 0.02;
const leastMemoryGib = 2;
/** Open files of the client beside its connections: spools, logs, samplers, its runtime. */
const ownFiles = 128;

/** What is asked of the machine beside its GPUs. */
export const hostChecks = about("machine", [
  {
    id: "cpu-governor",
    asks: "The CPU's clock does not follow the load.",
    limit: "governor performance",
    remedy: "sudo cpupower frequency-set -g performance",
    judge({ host }) {
      const found = textIn(host, "cpuGovernor");
      if (found === null) return unknown("the kernel does not report it (often so in a virtual machine)");
      return fineIf(found === "performance", `governor ${found}`);
    },
  },
  {
    id: "cpu-cores",
    asks: "Each process of the load generator has a core to itself, and one is left for the rest.",
    limit: "one free core more than load.workers",
    remedy: "End other work, allow more cores (taskset, the container's limit), or drive the engine from another host.",
    judge(facts) {
      if (facts.cores === null) return unknown("the kernel does not report it");
      const { allowed, busyShare } = facts.cores;
      const usable = Math.min(allowed, numberIn(facts.host, "cgroupCpuLimit") ?? allowed);
      const free = Math.max(0, usable - allowed * (busyShare ?? 0));
      const needed = Math.max(1, ...facts.loads.map(({ workload }) => workload.load.workers ?? 1)) + 1;
      // A tenth of a core is what looking costs.
      const enough = free + 0.1 >= needed;
      return fineIf(
        enough,
        `${free.toFixed(1)} of ${countText(usable, "core")} free${enough ? "" : `, ${needed} are wanted`}`,
      );
    },
  },
  {
    id: "cpu-noise",
    asks: "Other work, and other virtual machines on the same host, leave the cores alone.",
    limit: `other work in ${percentText(mostBusy)} of the cores' time, stolen time ${percentText(mostStolen)}`,
    remedy:
      "See what runs (`top`) and end it, or take a machine of your own: stolen time is that of other virtual machines.",
    judge({ cores: found, host }) {
      if (found === null || found.busyShare === null) return unknown("the kernel does not report it");
      const { busyShare, stolenShare } = found;
      const load = numberIn(host, "loadAverage");
      const quiet = busyShare <= mostBusy && (stolenShare ?? 0) <= mostStolen;
      return fineIf(
        quiet,
        `cores busy ${percentText(busyShare, 0)}, stolen ${percentText(stolenShare ?? 0, 1)}${load === null ? "" : `, load ${load.toFixed(1)}`}`,
      );
    },
  },
  {
    id: "memory",
    asks: "There is memory for the load generator, beside an engine on this machine.",
    limit: `${leastMemoryGib} GiB available`,
    remedy: "End other programs, or raise the container's limit.",
    judge({ host }) {
      const available = numberIn(host, "memoryAvailableBytes");
      if (available === null) return unknown("the kernel does not report it");
      const gib = Math.min(available, numberIn(host, "cgroupMemoryLimit") ?? available) / 2 ** 30;
      return fineIf(gib >= leastMemoryGib, `${gib.toFixed(1)} GiB available`);
    },
  },
  {
    id: "open-files",
    asks: "This process may open a connection for each request in flight.",
    limit: `requests in flight, and ${ownFiles} for its own files`,
    remedy: "ulimit -n 65536 in this shell, or LimitNOFILE in the unit that starts it.",
    judge(facts) {
      const limit = numberIn(facts.host, "openFilesLimit");
      if (limit === null) return unknown("the kernel does not report it");
      const needed = Math.max(1, ...facts.loads.map(perProcess)) + ownFiles;
      if (limit < needed) return refusal(`${limit} may be open, ${needed} needed`);
      return fine(`${limit} may be open, ${needed} needed${orMore(facts)}`);
    },
  },
  {
    id: "ports",
    asks: "The kernel has a local port for each request in flight.",
    limit: "requests in flight",
    remedy: "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'",
    judge(facts) {
      const range = numberIn(facts.host, "ephemeralPorts");
      if (range === null) return unknown("the kernel does not report it");
      const needed = Math.max(1, ...facts.loads.map(({ inFlight }) => inFlight ?? 1));
      if (range < needed) return refusal(`${range} ports, ${needed} needed`);
      return fine(`${range} ports, ${needed} needed${orMore(facts)}`);
    },
  },
  {
    id: "time-sync",
    asks: "A time server keeps the clock, so that the times of results on several machines can be compared. Durations use another clock.",
    limit: "synchronised",
    remedy: "sudo timedatectl set-ntp true, or start chronyd; then wait until it has settled.",
    judge({ timeSync: { isSynchronised, source } }) {
      if (isSynchronised === null) return unknown("neither timedatectl nor chronyc answers");
      return fineIf(isSynchronised, `${isSynchronised ? "" : "not "}synchronised, by ${source}`);
    },
  },
]);

/** Requests that one process of the client keeps open. */
function perProcess({ inFlight, workload }: PlannedLoad): number {
  return Math.ceil((inFlight ?? 1) / (workload.load.workers ?? 1));
}

function orMore({ loads }: Facts): string {
  return loads.some(({ inFlight }) => inFlight === null) ? " or more: an open loop without load.max_in_flight" : "";
}
