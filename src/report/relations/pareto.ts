import type { Comparison } from "../../schema/comparison.ts";
import { number, relationOf, text, type Cell, type Relation } from "./relation.ts";

/** A side of a comparison between what it does in all and for one user. */
interface Side {
  name: string;
  throughput: number | null;
  ttftMs: number | null;
  tpotMs: number | null;
  isFront: boolean;
}

/** Figures that the front is made of, as `--metric` names them. */
export const paretoMetrics: readonly string[] = ["output_throughput", "tpot.p50", "ttft.p50"];

/**
 * A row for each side: output tokens a second, per GPU where the numbers of GPUs differ, against those of one user (1000 ÷ TPOT p50).
 * Bold: the Pareto front, the sides that no other beats or equals in both and beats in one.
 */
export function paretoRelation(comparison: Comparison): Relation {
  const isPerGpu = comparison.effects.some(({ metric }) => metric === "output_throughput_per_gpu");
  const side = (name: string, isControl: boolean): Omit<Side, "isFront"> => {
    const level = (metric: string, stat: string): number | null => {
      const found = comparison.effects.find(
        (one) => one.metric === metric && one.stat === stat && (isControl || one.treatment === name),
      );
      return (isControl ? found?.controlValue : found?.treatmentValue) ?? null;
    };
    const throughput = level(isPerGpu ? "output_throughput_per_gpu" : "output_throughput", "value");
    return { name, throughput, tpotMs: level("tpot", "p50"), ttftMs: level("ttft", "p50") };
  };
  const known = comparison.operands.map(({ name }, at) => side(name, at === 0));
  const sides = known.map((one): Side => ({
    ...one,
    isFront: !known.some((other) => beats(other, one)) && isWhole(one),
  }));
  return relationOf("pareto", sides, [
    text("operand", "Side", (one) => cell(one, one.name)),
    number("throughput", isPerGpu ? "Per GPU" : "Throughput", (one) => cell(one, one.throughput), {
      unit: "tok/s",
      decimals: 1,
    }),
    number("interactivity", "For one user", (one) => cell(one, one.tpotMs === null ? null : 1000 / one.tpotMs), {
      unit: "tok/s",
      decimals: 1,
    }),
    number("ttft_p50", "TTFT p50", (one) => cell(one, one.ttftMs), { unit: "ms", decimals: 2 }),
    number("tpot_p50", "TPOT p50", (one) => cell(one, one.tpotMs), { unit: "ms", decimals: 2 }),
    text("front", "Front", (one) =>
      cell(one, one.isFront ? "on the front" : isWhole(one) ? "dominated" : "not measured"),
    ),
  ]);
}

/** Bold on the front. */
function cell({ isFront }: Side, value: Cell["value"]): Cell {
  return { value, strong: isFront && value !== null };
}

type Level = Pick<Side, "throughput" | "tpotMs">;

function isWhole({ throughput, tpotMs }: Level): boolean {
  return throughput !== null && tpotMs !== null;
}

function beats(one: Level, other: Level): boolean {
  if (one.throughput === null || one.tpotMs === null || other.throughput === null || other.tpotMs === null)
    return false;
  if (one.throughput < other.throughput || one.tpotMs > other.tpotMs) return false;
  return one.throughput > other.throughput || one.tpotMs < other.tpotMs;
}
