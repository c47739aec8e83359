import { expect, it } from "vitest";
import { attachedTo, runWords } from "../../src/schema/run-words.ts";

const replaced = { matrix: "m.yaml", fidelity: "smoke", engine: "endpoint", declaredEngine: "vllm" };
const launch = (engine: string, url: string, argv: string[] = []) => ({ engine, url, argv });

it("goes on at the server that took the place of the matrix's engine, the last one", () => {
  const launches = [launch("endpoint", "http://a:1"), launch("endpoint", "http://b:2"), launch("other", "http://c:3")];
  expect(runWords({ ...replaced, ...attachedTo(replaced, launches) }).join(" ")).toBe(
    "ceteris run m.yaml --sut endpoint --url http://b:2 --fidelity smoke",
  );
});

it("names no address where the matrix's engine ran, nor of an engine that was started", () => {
  expect(attachedTo({ ...replaced, declaredEngine: "endpoint" }, [launch("endpoint", "http://a:1")])).toEqual({});
  expect(attachedTo(replaced, [launch("endpoint", "http://a:1", ["serve"])])).toEqual({});
});
