import { fail, succeed, type Result } from "./result.ts";

/**
 * Where a server answers, from `host:port`, with or without protocol, slash and `/v1` at the end. A failure where it is no such
 * address; no message repeats a user or a password that it holds.
 */
export function serverUrl(given: string): Result<string> {
  const hint = "Write it as http://host:port, without the route.";
  const url = URL.parse(/^[a-z]+:\/\//i.test(given) ? given : `http://${given}`);
  if (url !== null && (url.username !== "" || url.password !== ""))
    return fail(
      "secret-in-url",
      "the address holds a user or a password, which others could read",
      "Leave them out, and put the server's key into a variable: `headers: { Authorization: { env: NAME } }`; `bench` takes --api-key-env NAME.",
    );
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "")
    return fail("bad-url", `${given.includes("@") ? "the address" : given} is not an http address`, hint);
  if (url.search !== "" || url.hash !== "")
    return fail("bad-url", "the address holds more than host, port and path", hint);
  const route = /((\/v1)?\/(chat\/)?completions|\/v1\/models)\/*$/.exec(url.pathname)?.[0];
  if (route !== undefined) return fail("bad-url", `the address ends in a route, ${route}`, hint);
  return succeed(`${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "")}`);
}
