import { expect, it } from "vitest";
import { isLoopback, withoutUser } from "../../src/world/address.ts";

it("is shown without user and password, and one that cannot be read not at all", () => {
  expect(withoutUser("http://me:secret@127.0.0.1:8000/")).toBe("http://127.0.0.1:8000");
  expect(withoutUser("https://me@example.com/v1/models?a=b")).toBe("https://example.com/v1/models?a=b");
  expect(withoutUser("http://me:secret@")).toBe("an address that cannot be read");
});

it.each([
  ["http://127.0.0.1:8000", true],
  ["http://localhost:8000/v1", true],
  ["http://[::1]:8000", true],
  ["http://gpu:8000", false],
  ["http://10.127.0.0:1", false],
  ["no address", false],
])("%s is of this machine's loopback: %s", (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
