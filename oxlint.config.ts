import { defineConfig } from "oxlint";
import { boundaryOverrides } from "./scripts/boundaries.ts";

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "node", "vitest"],
  options: { typeAware: true },
  categories: { correctness: "error", suspicious: "error" },
  rules: {
    "import/no-cycle": "error",
    "import/no-unassigned-import": "off",
    "max-lines": ["error", { max: 300 }],
    "no-console": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "no-await-in-loop": "off",
    "unicorn/no-array-sort": "error",
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/consistent-return": "off",
    "eslint/no-shadow": "error",
    "eslint/no-underscore-dangle": "off",
    "typescript/no-unnecessary-type-parameters": "off",
    // Threads have no origin.
    "unicorn/require-post-message-target-origin": "off",
  },
  overrides: [
    ...boundaryOverrides(),
    { files: ["tests/**", "scripts/**", "bench/**"], rules: { "no-console": "off" } },
    // A test's little functions stand beside the test that they serve.
    {
      files: ["tests/**"],
      rules: {
        "unicorn/consistent-function-scoping": "off",
        "vitest/no-standalone-expect": "off",
        "vitest/no-conditional-expect": "off",
        "vitest/valid-expect": "off",
        "vitest/expect-expect": [
          "error",
          { assertFunctionNames: ["expect", "expectAll", "expectTypeOf", "fc.assert"] },
        ],
        "typescript/require-array-sort-compare": "off",
      },
    },
  ],
  ignorePatterns: ["dist", "node_modules", "results", ".cache"],
});
