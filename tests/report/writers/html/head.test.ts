import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { htmlFrame } from "../../../../src/report/writers/html/head.ts";

it("lets its own scripts run, by their hashes, and ends neither style nor script early", () => {
  const { head, scripts } = htmlFrame("<A> & B", "a{content:'</style>'}", ["one()", "'</script>'"]);
  expect(head).toContain("<title>&lt;A&gt; &amp; B</title>");
  expect(head.split("</style>")).toHaveLength(2);
  const codes = [...scripts.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code = ""]) => code);
  expect(codes).toHaveLength(2);
  for (const code of codes) expect(head).toContain(`'sha256-${createHash("sha256").update(code).digest("base64")}'`);
});
