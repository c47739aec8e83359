import { fail, succeed, type Fault, type Result } from "./result.ts";
import { formsOf, holdsSecret, isSecretName, longestFirst } from "./secrets.ts";

/** Headers of a server as they are declared: a value, or the variable of the environment that holds it. */
export type DeclaredHeaders = { readonly [name: string]: string | { env: string } };

/** What is sent with every request to a server beside the client's own headers, and what of it nobody may read. */
export interface Access {
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Texts that are masked wherever a message or a file would show them. */
  secrets: readonly string[];
}

/** For a server that asks for nothing. */
export const openAccess: Access = { headers: {}, secrets: [] };

/** What HTTP takes as a header's name (RFC 9110, section 5.6.2). */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that the client writes itself: a second value would break the request. */
export const ownHeaders: readonly string[] = [
  "accept",
  "connection",
  "content-length",
  "content-type",
  "host",
  "transfer-encoding",
];

/** What a header can carry: one line of visible ASCII characters and blanks (RFC 9110, section 5.5, without its obsolete part). */
export function isHeaderValue(value: string): boolean {
  return /^[\x20-\x7e]+$/.test(value);
}

/** True where a header carries a secret: by its name, or by what its value looks like. */
export function isSecretHeader(name: string, value: string): boolean {
  return isSecretName(name) || /^(bearer|basic|digest|token)\s/i.test(value) || holdsSecret(value);
}

/**
 * Headers with the values of their variables. In `Authorization`, a value without a scheme is sent as a bearer token. A
 * failure where a variable is missing or holds what no header can carry; no message repeats a value.
 */
export function accessOf(declared: DeclaredHeaders, variables: Readonly<Record<string, string>>): Result<Access> {
  const headers: Record<string, string> = {};
  const secrets = new Set<string>();
  for (const [written, value] of Object.entries(declared)) {
    const name = written.toLowerCase();
    if (typeof value === "string") {
      headers[name] = value;
      continue;
    }
    const held = (variables[value.env] ?? "").trim();
    if (held === "") return { ok: false, problem: unsetVariable(value.env, `the header ${written}`) };
    if (!isHeaderValue(held)) {
      const hint = "Set it to one line of plain ASCII text.";
      return fail("bad-variable", `the variable ${value.env} holds what the header ${written} cannot carry`, hint);
    }
    headers[name] = name === "authorization" && !held.includes(" ") ? `Bearer ${held}` : held;
    // A server may repeat a whole value, or the token behind the scheme.
    for (const part of [held, held.slice(held.lastIndexOf(" ") + 1)])
      for (const form of formsOf(part)) secrets.add(form);
  }
  return succeed({ headers, secrets: longestFirst([...secrets]) });
}

/** Something takes its value from a variable of the user's environment that is not set, or empty. */
export function unsetVariable(variable: string, taker: string): Fault {
  return {
    code: "no-variable",
    message: `the variable ${variable} is not set, and ${taker} takes its value from it`,
    hint: `Set it in the environment: export ${variable}=…`,
  };
}
