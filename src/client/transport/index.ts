import type { CreateTransport } from "./transport.ts";
import { createHttp1Transport } from "./http1.ts";
import { loadedWhenUsed } from "./lazy.ts";

/** Every transport, under the protocol of the addresses that it serves. */
export const transports: Readonly<Record<string, CreateTransport>> = {
  "http:": createHttp1Transport,
  "https:": loadedWhenUsed(async () => (await import("./undici.ts")).createUndiciTransport),
};
