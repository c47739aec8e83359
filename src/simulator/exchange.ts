import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json } from "../schema/json.ts";
import type { Service } from "./service.ts";

/** What a route needs to answer one request. */
export interface Exchange {
  service: Service;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** Set where `VLLM_SERVER_DEV_MODE=1`, and the like. */
  variables: Readonly<Record<string, string>>;
  /** Seconds since 1970 when the server started. */
  startedS: number;
  fingerprint: string;
}

export interface Route {
  method: "GET" | "POST";
  path: string;
  /** Only with VLLM_SERVER_DEV_MODE=1. */
  devOnly?: true;
  answer(exchange: Exchange): void | Promise<void>;
}

export const originHeader = { "x-ceteris-origin": "simulated" };

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: Json): void {
  send(response, status, "application/json", JSON.stringify(body));
}

export function send(response: ServerResponse, status: number, type: string | null, body: string): void {
  response.writeHead(status, {
    ...originHeader,
    ...(type === null ? {} : { "content-type": type }),
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** A refusal in the form of vLLM and OpenAI. */
export interface Refusal {
  status: number;
  type: string;
  message: string;
  param: string | null;
}

export function refusalBody({ status, type, message, param }: Refusal): Json {
  return { error: { message, type, param, code: status } };
}

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  sendJson(response, refusal.status, refusalBody(refusal));
}

/** The whole body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
