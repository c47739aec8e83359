import { amdSmi } from "./amd-smi.ts";
import { dcgm } from "./dcgm.ts";
import { nvidiaSmi } from "./nvidia-smi.ts";
import type { GpuSampler } from "./sampler.ts";

/** Every source of GPU readings. All that are there are read; a figure that several tell is that of the first. */
export const gpuSamplers: readonly GpuSampler[] = [nvidiaSmi, dcgm, amdSmi];
