import { expect, it } from "vitest";
import { escapeHtml } from "../../../../src/report/writers/html/escape.ts";

it("leaves no markup, no control character and no mark of direction", () => {
  expect(escapeHtml(`<script>"'&\u0000\u001b[31m\u202Eabc\u2066</script>`)).toBe(
    "&lt;script&gt;&quot;&#39;&amp;  [31mabc&lt;/script&gt;",
  );
});
