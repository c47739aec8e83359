import { listText } from "../../math/figures.ts";
import { isNamed } from "../../telemetry/index.ts";
import { gravest, type Found } from "./check.ts";
import { numberIn, type Configuration, type Facts, type Gpu, type MachineFacts } from "./facts.ts";

/** The GPUs that a configuration may use: those that the matrix names, else those of CUDA_VISIBLE_DEVICES, else all. */
export function allowedGpus(
  { gpus, visibleDevices }: Pick<MachineFacts, "gpus" | "visibleDevices">,
  { sut }: Pick<Configuration, "sut">,
): Gpu[] {
  const named = sut.devices.length > 0 ? sut.devices : visibleDevices;
  return (gpus?.all ?? []).filter((gpu) => named.length === 0 || named.some((device) => isNamed(gpu, device)));
}

/** The GPUs that a configuration takes: the first so many of those that it may use; all of them where nobody says how many. */
export function gpusOf(facts: Pick<MachineFacts, "gpus" | "visibleDevices">, configuration: Configuration): Gpu[] {
  const allowed = allowedGpus(facts, configuration);
  return configuration.gpus === null ? allowed : allowed.slice(0, configuration.gpus);
}

/** The GPUs that any configuration takes; all of the machine where no matrix says which. */
function usedGpus(facts: Facts): Gpu[] {
  if (facts.configurations.length === 0) return facts.gpus?.all ?? [];
  const used = new Set(facts.configurations.flatMap((configuration) => gpusOf(facts, configuration)));
  return (facts.gpus?.all ?? []).filter((gpu) => used.has(gpu));
}

/** One finding for all GPUs in use: what is said of those for which it is gravest, and which they are. None where there is no GPU. */
export function ofGpus(facts: Facts, look: (gpu: Gpu) => Found): Found[] {
  const looks = usedGpus(facts).map((gpu) => ({ gpu, ...look(gpu) }));
  const grave = gravest(looks);
  if (grave[0] === undefined) return [];
  const words = [...Map.groupBy(grave, ({ value }) => value)].map(([value, those]) =>
    looks.length === 1 ? value : `${gpuNames(those.map(({ gpu }) => gpu))}: ${value}`,
  );
  return [{ state: grave[0].state, value: words.join("; ") }];
}

/** `GPU 0`, `GPUs 0, 1 and 2`. */
export function gpuNames(gpus: readonly Gpu[]): string {
  const indexes = gpus.map((gpu) => numberIn(gpu, "index") ?? "?");
  return `GPU${indexes.length === 1 ? "" : "s"} ${listText(indexes)}`;
}
