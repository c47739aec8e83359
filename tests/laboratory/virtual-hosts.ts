import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import type { VirtualEngine } from "./virtual-laboratory.ts";

/** A machine of the virtual laboratory. */
export interface VirtualHost {
  name: string;
  /** Added to the logarithm of each trial that runs on it. */
  shift: number;
}

/** Three hosts, the first as much slower than the second as the third is faster. */
export function threeHosts(share: number): VirtualHost[] {
  return [-1, 0, 1].map((side, at) => ({ name: `n${at + 1}`, shift: Math.log1p(share) * side }));
}

/**
 * The trials of a study on several hosts, each with one GPU of the same kind.
 * @param hostOf which of them runs a trial; absent: blocks in turn
 */
export function onHosts(
  hosts: readonly VirtualHost[],
  hostOf: (spec: TrialSpec) => number = ({ block }) => (block - 1) % hosts.length,
): Required<Pick<VirtualEngine, "shift" | "provenance">> {
  const own = (spec: TrialSpec): VirtualHost => hosts[hostOf(spec)]!;
  return {
    shift: (spec) => own(spec).shift,
    provenance: (spec) => ({
      host: { hostname: own(spec).name },
      gpus: [{ name: "Example H100", uuid: `GPU-of-${own(spec).name}`, driver: "570.1" }],
      engine: { version: "1.0.0" },
      model: {},
      dataset: {},
      ceteris: { version: "1", commit: null, node: "" },
      missing: [],
    }),
  };
}
