import type { CreateTransport } from "../transport.ts";
import { createHttp1Transport } from "./http1.ts";
import { createUndiciTransport } from "./undici.ts";

/** Every transport, under the protocol of the addresses that it serves. */
export const transports: Readonly<Record<string, CreateTransport>> = {
  "http:": createHttp1Transport,
  "https:": createUndiciTransport,
};
