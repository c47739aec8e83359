import { headerName, isHeaderValue, isSecretHeader, ownHeaders, type DeclaredHeaders } from "../../schema/access.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { BenchOptions } from "./bench-options.ts";

export const defaultKeyVariable = "OPENAI_API_KEY";

/**
 * What `--header` and `--api-key-env` ask for, as a matrix declares it. A key that is typed is refused: it would stand in the
 * process list, in the shell's history and in the trial. A variable that the user names has to be there; the usual one may be
 * missing.
 */
export function benchHeaders(
  { header = [], apiKeyEnv }: Pick<BenchOptions, "header" | "apiKeyEnv">,
  variables: Readonly<Record<string, string>>,
): Result<DeclaredHeaders> {
  const headers: { [name: string]: string | { env: string } } = {};
  for (const text of header) {
    const [, name = "", value = ""] = /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(text) ?? [];
    const variable = /^env:([A-Za-z_]\w*)$/.exec(value)?.[1];
    if (!headerName.test(name) || !isHeaderValue(value))
      return fail("bad-header", "--header takes NAME=VALUE", "For instance --header x-tenant=blue.");
    if (ownHeaders.includes(name.toLowerCase()))
      return fail("bad-header", `the client writes the header ${name} itself`, "Leave it out.");
    if (variable === undefined && isSecretHeader(name, value))
      return fail(
        "secret-on-command-line",
        `the value of the header ${name} is a secret, and others could read it on the command line`,
        `Put it into a variable and name that: --header ${name}=env:NAME, or --api-key-env NAME for Authorization.`,
      );
    headers[name] = variable === undefined ? value : { env: variable };
  }
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const isThere = apiKeyEnv !== undefined || (!hasOwn && (variables[defaultKeyVariable] ?? "") !== "");
  return succeed(isThere ? { ...headers, Authorization: { env: apiKeyEnv ?? defaultKeyVariable } } : headers);
}
