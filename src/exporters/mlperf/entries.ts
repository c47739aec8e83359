import { doubleText } from "./numbers.ts";

/** A key of the detail log and the text of its value, as JSON has it, or bare where C++ prints what JSON lacks. */
export type Entry = readonly [key: string, value: string];

export function text(key: string, value: string): Entry {
  return [key, JSON.stringify(value)];
}

/** A whole number, a long one as its digits. */
export function whole(key: string, value: number | string): Entry {
  return [key, String(value)];
}

export function double(key: string, value: number): Entry {
  return [key, doubleText(value)];
}

export function boolean(key: string, value: boolean): Entry {
  return [key, String(value)];
}

export function listOf(key: string, values: ArrayLike<number>): Entry {
  return [key, `[${Array.from(values).join(",")}]`];
}
