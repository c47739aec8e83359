import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { nativeBytes } from "../../../src/client/native/libc.ts";
import { libc } from "../../support/libc.ts";

describe("the C library", () => {
  it("is there on Linux, with the Node that the package brings", () => {
    if (process.platform === "linux") expect(libc).not.toBeNull();
    else expect(libc).toBeNull();
  });

  it("is not there where this Node may not call it", () => {
    const source = resolve(import.meta.dirname, "../../../src/client/native/libc.ts");
    const code = `import { loadLibc } from ${JSON.stringify(source)}; console.log(loadLibc());`;
    const argv = ["--no-experimental-ffi", "--input-type=module", "--eval", code];
    expect(execFileSync(process.execPath, argv, { encoding: "utf8" }).trim()).toBe("null");
  });

  it.skipIf(libc === null)("says why a call failed", () => {
    expect(libc!.close(-1)).toBe(-1);
    expect(libc!.errno()).toBe(9);
  });

  it.skipIf(libc === null)("shares bytes with JavaScript, which stay where they are", () => {
    const { bytes, words, address } = nativeBytes(16);
    expect(libc!.clock_gettime(0, address)).toBe(0);
    expect(Math.abs(words[0]! - Date.now() / 1000)).toBeLessThan(60);
    bytes.writeUInt32LE(7, 4);
    expect(words[1]).toBe(7);
  });
});
