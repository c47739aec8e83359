import { expect, it } from "vitest";
import { escapeCode, escapeHtml } from "../../../../src/report/writers/html/escape.ts";

const hostile = `<script>"'&\u0000\u001b[31m\u202Eabc\u2066\nmore</script>`;

it("leaves no markup, no control character and no mark of direction", () => {
  expect(escapeHtml(hostile)).toBe("&lt;script&gt;&quot;&#39;&amp;[31mabc more&lt;/script&gt;");
});

it("leaves code its lines", () => {
  expect(escapeCode(hostile)).toBe("&lt;script&gt;&quot;&#39;&amp;[31mabc\nmore&lt;/script&gt;");
});
