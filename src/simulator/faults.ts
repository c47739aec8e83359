import { plantedFailures } from "./failures.ts";

/** Faults that a test plants with CETERIS_SIMULATED_FAULT, several with commas between; here none of them. Counts are of completion requests. */
const none = {
  /** A class of `plantedFailures`. */
  crashAtStart: null as string | null,
  hangAtStart: false,
  /** The log goes on, a line every so often, and the port never answers. */
  logAtStart: false,
  /** The engine's process dies when so many requests have had their first token; the API server answers for a while. */
  dieAfterRequests: null as number | null,
  /** The whole program is gone at that moment, without a word. */
  vanishAfterRequests: null as number | null,
  /** From that moment on every route takes a request and answers none; open streams say no more. */
  silentAfterRequests: null as number | null,
  /** Every so-manieth request is answered with status 500. */
  errorEvery: null as number | null,
  /** Every so-manieth stream stops after its third chunk and stays open. */
  stallEvery: null as number | null,
  /** Settings that are accepted and not followed. */
  ignoredKnobs: [] as string[],
  /** Share of the words of an answer that are said wrong: an accuracy that is lost. */
  wrongWords: 0,
  /** Caches are never reset. */
  keepCache: false,
  /** Signals are not obeyed. */
  deaf: false,
};

export type Faults = typeof none;

type Row = (argument: string | null) => Partial<Faults> | null;

const count = (argument: string | null): number | null =>
  argument !== null && /^[1-9]\d*$/.test(argument) ? Number(argument) : null;

const withCount =
  (field: "dieAfterRequests" | "vanishAfterRequests" | "silentAfterRequests" | "errorEvery"): Row =>
  (argument) =>
    count(argument) === null ? null : { [field]: count(argument) };

const without =
  (fields: Partial<Faults>): Row =>
  (argument) =>
    argument === null ? fields : null;

const rows: Record<string, { form: string; read: Row }> = {
  "crash-at-start": {
    form: `crash-at-start:CLASS (${Object.keys(plantedFailures).join(", ")})`,
    read: (argument) =>
      argument !== null && Object.hasOwn(plantedFailures, argument) ? { crashAtStart: argument } : null,
  },
  "hang-at-start": { form: "hang-at-start", read: without({ hangAtStart: true }) },
  "log-at-start": { form: "log-at-start", read: without({ logAtStart: true }) },
  "die-after-requests": { form: "die-after-requests:N", read: withCount("dieAfterRequests") },
  "vanish-after-requests": { form: "vanish-after-requests:N", read: withCount("vanishAfterRequests") },
  "silent-after-requests": { form: "silent-after-requests:N", read: withCount("silentAfterRequests") },
  "error-every": { form: "error-every:N", read: withCount("errorEvery") },
  "stall-stream": {
    form: "stall-stream or stall-stream:N",
    read(argument) {
      if (argument === null) return { stallEvery: 1 };
      return count(argument) === null ? null : { stallEvery: count(argument) };
    },
  },
  "ignore-knob": {
    form: "ignore-knob:NAME",
    read: (argument) => (argument === null || argument === "" ? null : { ignoredKnobs: [argument] }),
  },
  "wrong-words": {
    form: "wrong-words:SHARE (between 0 and 1)",
    read: (argument) =>
      argument !== null && Number(argument) > 0 && Number(argument) <= 1 ? { wrongWords: Number(argument) } : null,
  },
  "keep-cache": { form: "keep-cache", read: without({ keepCache: true }) },
  "ignore-signals": { form: "ignore-signals", read: without({ deaf: true }) },
};

/** The faults of a text such as `error-every:7,ignore-knob:max_num_seqs`; a text that is not understood comes back as a message. */
export function parseFaults(text: string | undefined): { ok: true; faults: Faults } | { ok: false; message: string } {
  let faults = none;
  for (const word of (text ?? "").split(",").map((part) => part.trim())) {
    if (word === "") continue;
    const colon = word.indexOf(":");
    const name = colon === -1 ? word : word.slice(0, colon);
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    const read = row?.read(colon === -1 ? null : word.slice(colon + 1));
    if (!read) {
      const forms = Object.values(rows).map(({ form }) => form);
      return { ok: false, message: `CETERIS_SIMULATED_FAULT: '${word}' is none of: ${forms.join("; ")}` };
    }
    faults = { ...faults, ...read, ignoredKnobs: [...faults.ignoredKnobs, ...(read.ignoredKnobs ?? [])] };
  }
  return { ok: true, faults };
}
