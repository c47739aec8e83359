import { slowdowns } from "../../checks/index.ts";
import { countText } from "../../math/figures.ts";
import { valueIn } from "../../schema/assignment.ts";
import { asMap, memberOf } from "../../schema/json.ts";
import { isNamed } from "../../telemetry/index.ts";
import { noNvidiaSmi } from "../../world/nvidia-smi.ts";
import { about, fine, fineIf, refusal, unknown, warning, type Found, type UnplacedCheck } from "./check.ts";
import { numberIn, textIn, type Configuration, type Facts, type Gpu } from "./facts.ts";
import { allowedGpus, gpuNames, gpusOf, ofGpus } from "./used-gpus.ts";

/** What the driver keeps for itself, so that a GPU on which nothing runs has less than all of its memory free. */
const driversShare = 0.01;

/** What is asked of the GPUs of this machine. */
export const gpuChecks = about("GPU", [
  {
    id: "gpu",
    asks: "The driver answers, and the GPUs that the matrix takes are there and take work.",
    limit: "as many GPUs as the configuration with the most takes",
    remedy:
      "Look at `nvidia-smi`, at the container's GPUs (--gpus all) and at `sut.devices`; without a GPU use --sut simulated.",
    judge(facts) {
      const { gpus, configurations } = facts;
      if (gpus === null) return [];
      if (gpus.all.length === 0) return withoutGpus(facts);
      const lacking = configurations.flatMap((configuration) => shortOfGpus(facts, configuration) ?? [])[0];
      if (lacking !== undefined) return refusal(lacking);
      const closed = gpus.all.filter((gpu) => textIn(gpu, "computeMode") === "Prohibited");
      if (closed.length > 0) {
        const isTaken = configurations.some((one) => gpusOf(facts, one).some((gpu) => closed.includes(gpu)));
        const says = `${gpuNames(closed)}: compute mode Prohibited, so that no program may use it`;
        return { ...(isTaken ? refusal(says) : warning(says)), remedy: "nvidia-smi -c DEFAULT" };
      }
      const models = [...Map.groupBy(gpus.all, (gpu) => textIn(gpu, "name") ?? "a GPU without a name")];
      const driver = textIn(gpus.all[0] ?? {}, "driver");
      const all = models.map(([name, those]) => `${those.length} × ${name}`).join(", ");
      return fine(driver === null ? all : `${all}, driver ${driver}`);
    },
  },
  {
    id: "gpu-health",
    asks: "nvidia-smi warns of no defect. Asked only where it does.",
    limit: null,
    remedy: "See `nvidia-smi -q` for the GPU that it names; replace it, or leave it out with `sut.devices`.",
    judge({ gpus }) {
      return gpus?.warning == null ? [] : warning(gpus.warning);
    },
  },
  {
    id: "gpu-processes",
    asks: "No other process computes on the GPUs. Not asked beside a server that runs already, whose own processes they are.",
    limit: "none",
    remedy: "End it, or wait for it (`nvidia-smi`); or take other GPUs with `sut.devices`.",
    judge(facts) {
      if (facts.endpoint != null) return [];
      return ofGpus(facts, (gpu) => {
        const others = gpu["otherProcesses"];
        if (!Array.isArray(others)) return unknown("the driver does not report it");
        if (others.length === 0) return fine("none");
        const pids = others.flatMap((one) => numberIn(asMap(one) ?? {}, "pid") ?? []);
        return warning(`${countText(others.length, "process", "processes")} (pid ${pids.join(", ")})`);
      });
    },
  },
  {
    id: "gpu-memory",
    asks: "As much of the GPUs' memory is free as the engine claims when it starts.",
    limit: "the share that the engine claims (vLLM: gpu_memory_utilization)",
    remedy: "See who holds it (`nvidia-smi`) and end that; or lower the share, or take other GPUs with `sut.devices`.",
    judge(facts) {
      const full = facts.configurations.flatMap((configuration) =>
        gpusOf(facts, configuration).flatMap((gpu) => lackOfMemory(gpu, configuration) ?? []),
      );
      if (full[0] !== undefined) return refusal(full[0]);
      return ofGpus(facts, (gpu) => {
        const [used, total] = [numberIn(gpu, "memoryUsedMib"), numberIn(gpu, "memoryTotalMib")];
        if (used === null || total === null) return unknown("the driver does not report it");
        return fine(`${gib(total - used)} of ${gib(total)} GiB free`);
      });
    },
  },
  setting(
    {
      id: "gpu-persistence",
      asks: "Persistence mode keeps the driver loaded between two engines, so that clocks and limits stay as they are set.",
      limit: "enabled",
      remedy: "sudo nvidia-smi -pm 1",
    },
    "persistenceMode",
    "Enabled",
  ),
  {
    id: "gpu-throttling",
    asks: "Neither heat, nor hardware, nor the power supply slows a GPU down before there is any load.",
    limit: "none of these reasons",
    remedy: "See why: `nvidia-smi -q -d PERFORMANCE,TEMPERATURE`. Cool the GPU, or wait until it has cooled down.",
    judge: (facts) =>
      ofGpus(facts, (gpu) => {
        const reasons = numberIn(gpu, "throttleReasons");
        if (reasons === null) return unknown("the driver does not report it");
        const names = slowdowns.filter(({ bit }) => (reasons & bit) !== 0).map(({ name }) => name);
        const temperature = numberIn(gpu, "temperatureC");
        const at = temperature === null ? "" : ` at ${temperature} °C`;
        return names.length > 0 ? warning(`${names.join(", ")}${at}`) : fine(`none${at}`);
      }),
  },
  {
    id: "gpu-clocks",
    asks: "Nobody has set the application clocks below the driver's own.",
    limit: "the driver's default",
    remedy: "sudo nvidia-smi -rac (and -rgc for locked clocks); or say with every figure which clocks were set.",
    judge: (facts) =>
      ofGpus(facts, (gpu) => {
        const [now, most] = [numberIn(gpu, "smClockMhz"), numberIn(gpu, "smClockMaxMhz")];
        const [set, usual] = [numberIn(gpu, "applicationsClockMhz"), numberIn(gpu, "applicationsClockDefaultMhz")];
        if (set !== null && usual !== null && set < usual)
          return warning(`set to ${set} MHz, the default is ${usual} MHz`);
        if (most === null) return unknown("the driver does not report it");
        return fine(`${now ?? "?"} MHz now, up to ${most} MHz`);
      }),
  },
  {
    id: "gpu-power-limit",
    asks: "The power limit is the one that the GPU came with.",
    limit: "the default",
    remedy: "sudo nvidia-smi -pl WATTS with the default; or say with every figure which limit was set.",
    judge: (facts) =>
      ofGpus(facts, (gpu) => {
        const [limit, usual] = [numberIn(gpu, "powerLimitW"), numberIn(gpu, "powerLimitDefaultW")];
        if (limit === null) return unknown("the driver does not report it");
        if (usual === null || limit >= usual) return fine(`${limit} W`);
        return warning(`${limit} W, the default is ${usual} W`);
      }),
  },
  setting(
    {
      id: "gpu-ecc",
      asks: "ECC is on, as it is on the servers that others publish figures of.",
      limit: "enabled",
      remedy: "sudo nvidia-smi -e 1, then reboot; or say with every figure that it is off.",
    },
    "eccMode",
    "Enabled",
  ),
  {
    ...setting(
      {
        id: "gpu-mig",
        asks: "No GPU is split into MIG slices, whose neighbours share power and clocks.",
        limit: "disabled",
        remedy: "Take a whole GPU, or keep the other slices idle; energy is not attributable to a slice.",
      },
      "migMode",
      "Disabled",
    ),
    // A GPU that cannot be split does not tell.
    judge: (facts) =>
      ofGpus(facts, (gpu) => (textIn(gpu, "migMode") === "Enabled" ? warning("enabled") : fine("disabled"))),
  },
]);

/** nvidia-smi that is there and fails is a driver with which no engine starts; without it there may be GPUs of others. */
function withoutGpus({ gpus, configurations }: Facts): Found {
  const why = gpus?.why ?? "nvidia-smi lists no GPU";
  if (gpus?.isAmd === true) return unknown("AMD's GPUs, by amd-smi: these checks know nvidia-smi alone");
  const isAsked = configurations.some((one) => (one.gpus ?? 0) > 0);
  if (why === noNvidiaSmi) return isAsked ? warning(why) : unknown(why);
  return isAsked ? refusal(why) : warning(why);
}

function shortOfGpus(facts: Facts, configuration: Configuration): string | null {
  const { name, sut, gpus: wanted } = configuration;
  const all = facts.gpus?.all ?? [];
  const strange = sut.devices.find((device) => !device.startsWith("MIG-") && !all.some((gpu) => isNamed(gpu, device)));
  if (strange !== undefined) return `${name}: sut.devices names ${strange}, and there is no such GPU`;
  const allowed = allowedGpus(facts, configuration).length;
  const named = sut.devices.length > 0 ? sut.devices : (facts.visibleDevices ?? []);
  if (wanted === null || wanted <= allowed || named.some((device) => device.startsWith("MIG-"))) return null;
  return `${name} takes ${countText(wanted, "GPU")}, and ${allowed} of ${all.length} may be used`;
}

/** A fact of each GPU that has one good value; of a GPU that does not tell it, unknown. */
function setting(check: Omit<UnplacedCheck, "judge">, fact: string, good: string): UnplacedCheck {
  return {
    ...check,
    judge: (facts) =>
      ofGpus(facts, (gpu) => {
        const value = textIn(gpu, fact);
        if (value === null) return unknown("the driver does not report it");
        return fineIf(value === good, value.toLowerCase());
      }),
  };
}

/** Null where enough is free, or nobody knows: of a GPU in slices the driver tells the memory of the whole. */
function lackOfMemory(gpu: Gpu, { name, sut, knobs }: Configuration): string | null {
  const { memoryShare } = sut.engine.gpuNeeds;
  if (memoryShare === null || textIn(gpu, "migMode") === "Enabled") return null;
  const share = valueIn(knobs, memoryShare) ?? memberOf(sut.engine.knobs, memoryShare)?.default;
  const [used, total] = [numberIn(gpu, "memoryUsedMib"), numberIn(gpu, "memoryTotalMib")];
  if (typeof share !== "number" || used === null || total === null) return null;
  const free = total - used;
  if (free >= total * (share - driversShare)) return null;
  return `${name} claims ${gib(total * share)} GiB of ${gpuNames([gpu])} (${memoryShare} ${share}), and ${gib(free)} of ${gib(total)} GiB are free`;
}

/** MiB in GiB, with one decimal. */
function gib(mib: number): string {
  return (mib / 1024).toFixed(1);
}
