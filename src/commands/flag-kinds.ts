import { parseMap, type Json } from "../schema/json.ts";

/** What a flag says beside its name: the help joins meaning and default to one line, the tables of the docs show both. */
export interface FlagText {
  readonly meaning: string;
  /** What holds where the flag is not given, in words; absent where that goes without saying. */
  readonly standard?: string;
}

export function said(meaning: string, standard?: string | number): FlagText & { readonly brief: string } {
  if (standard === undefined) return { meaning, brief: meaning };
  return { meaning, standard: String(standard), brief: `${meaning} (default: ${standard})` };
}

export function parsed<Value>(parse: (value: string) => Value, placeholder: string) {
  return { kind: "parsed", parse, placeholder } as const;
}

export const asText = (value: string): string => value;

export function text(placeholder: string, meaning: string, standard?: string) {
  return { ...parsed(asText, placeholder), ...said(meaning, standard), optional: true } as const;
}

export function number(
  placeholder: string,
  parse: (value: string) => number,
  meaning: string,
  standard?: string | number,
) {
  return { ...parsed(parse, placeholder), ...said(meaning, standard), optional: true } as const;
}

/** Given several times, or with commas between. */
export function several(placeholder: string, meaning: string, standard?: string) {
  return { ...text(placeholder, meaning, standard), variadic: "," } as const;
}

export function choice<const Word extends string>(
  values: readonly Word[],
  meaning: string,
  standard?: NoInfer<Word> | string,
) {
  return { kind: "enum", values, ...said(meaning, standard), optional: true } as const;
}

export function flag(meaning: string) {
  return { kind: "boolean", ...said(meaning), default: false, withNegated: false } as const;
}

export function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`${value} is not a whole number of 0 or more, written in digits`);
  return Number(value);
}

export function decimal(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value))
    throw new Error(`${value} is not a number of 0 or more, written in digits, such as 12 or 0.5`);
  return Number(value);
}

/** From 1 on: what is counted and cannot be none. */
export function countingNumber(value: string): number {
  const found = wholeNumber(value);
  if (found === 0) throw new Error("0 is too few: 1 at least");
  return found;
}

/** A block by its number, or `any`. */
export function blockOrAny(value: string): number | "any" {
  return value === "any" ? value : countingNumber(value);
}

export function positive(value: string): number {
  const found = decimal(value);
  if (found === 0) throw new Error("0 is too little");
  return found;
}

/** Requests a second; `inf` is all of them at once. */
export function rateOrInf(value: string): number {
  return /^inf(inity)?$/i.test(value) ? Infinity : positive(value);
}

export function jsonObject(value: string): { [member: string]: Json } {
  const found = parseMap(value);
  if (found === null) throw new Error(`${value} is not a JSON object; for instance '{"min_p": 0.1}'`);
  return found;
}

export function nameAndValue(value: string): string {
  if (!/^[^=]*\S[^=]*=/.test(value)) throw new Error(`${value} is not NAME=VALUE, such as gpu=H100`);
  return value;
}

export function percentile(value: string): number {
  const found = decimal(value);
  if (found === 0 || found >= 100) throw new Error(`${value} is not a percentile: above 0 and below 100`);
  return found;
}

export function integer(value: string): number {
  if (!/^-?\d+$/.test(value)) throw new Error(`${value} is not a whole number`);
  return Number(value);
}

/** A flag as its maker gives it: a switch, one of some words, or a text that is parsed. */
export type FlagDeclaration =
  | { readonly kind: "boolean" }
  | { readonly kind: "enum"; readonly variadic?: never }
  | { readonly kind: "parsed"; readonly parse: (value: string) => unknown; readonly variadic?: boolean | "," };

type ValueOf<Flag> = Flag extends { kind: "boolean" }
  ? boolean
  : Flag extends { kind: "enum"; values: readonly (infer Word)[] }
    ? Word
    : Flag extends { parse: (value: string) => infer Value }
      ? Flag extends { variadic: true | "," }
        ? readonly Value[]
        : Value
      : never;

/** What a command is told by its flags: a member for each, which may be missing where the flag may be left out. */
export type OptionsOf<Flags> = {
  -readonly [Name in keyof Flags as Flags[Name] extends { optional: true } ? never : Name]: ValueOf<Flags[Name]>;
} & { -readonly [Name in keyof Flags as Flags[Name] extends { optional: true } ? Name : never]?: ValueOf<Flags[Name]> };
