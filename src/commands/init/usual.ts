/** The designs that `init` writes of ready-made changes. */
export const initDesigns = ["isolation", "stacked"] as const;
export type InitDesign = (typeof initDesigns)[number];

/** What holds where nothing is said and nobody can be asked. */
export const usualEngine = "vllm";
/** The engine of an address. */
export const usualServer = "endpoint";
export const usualModel = "meta-llama/Llama-3.1-8B-Instruct";
