import { asMap, asNumber, asText, type Json } from "../schema/json.ts";

/** Settings by the name of the flag without dashes at its start and with underscores: `max_num_seqs`. */
export type Settings = { [name: string]: Json };

/** A setting as a number, a text, a truth value or a map; null (or the empty map) where it is not set or of another type. */
export function number(settings: Settings, name: string): number | null {
  return asNumber(settings[name]);
}

export function text(settings: Settings, name: string): string | null {
  return asText(settings[name]);
}

export function truth(settings: Settings, name: string): boolean | null {
  const value = settings[name];
  return typeof value === "boolean" ? value : null;
}

export function object(settings: Settings, name: string): Settings {
  return asMap(settings[name]) ?? {};
}
