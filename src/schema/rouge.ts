/** The ROUGE scores of an answer, by the ids of their metrics; each is an F-measure. */
export const rougeNames = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;
export type RougeName = (typeof rougeNames)[number];

/** In per cent; null where there was nothing to score. */
export type RougePercents = Record<RougeName, number | null>;
