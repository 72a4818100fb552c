import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "results/**",
      "docs/api/**",
      ".cache/**",
      ".venv/**",
      ".venv-bench/**",
      ".venv-pythia/**",
      "lib/src/kernels/assembly/**",
      "lib/src/kernels/*.generated.ts",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        Buffer: "readonly",
        URL: "readonly",
        AbortController: "readonly",
        AbortSignal: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        setImmediate: "readonly",
        performance: "readonly",
        require: "readonly",
        module: "writable",
        WebAssembly: "readonly",
      },
    },
    rules: {
      // prettier breaks code; this is for comments. Texts (messages, titles of tests) stay whole
      "max-len": [
        "error",
        {
          code: 100,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
          ignorePattern:
            "^\\s*\\* @(param|property|typedef|returns)|^\\s*\\* \\||https?://|^import ",
        },
      ],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }], // typeof import("node:fs") of what is loaded late
      // { points, ...others } takes points out
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  {
    files: ["**/*.client.js", "tests/browser/**", "tests/slow/jupyterlab.test.ts"],
    languageOptions: {
      globals: {
        document: "readonly",
        window: "readonly",
        localStorage: "readonly",
        location: "readonly",
        history: "readonly",
        addEventListener: "readonly",
        URLSearchParams: "readonly",
        Image: "readonly",
        getComputedStyle: "readonly",
      },
    },
  },
  {
    // the plain kernels take what the compiled ones take, room to work in included
    files: ["lib/src/kernels/twins/**"],
    rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
  {
    // the language leaves `**` to each engine: Node 24 gives other last digits than Node 20. Powers
    // of two are exact in all, and squares the same
    files: ["lib/src/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "pow", message: "Use power of core/power.ts." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "BinaryExpression[operator='**']:not([left.value=2]):not([right.value=2])",
          message: "Use power of core/power.ts, or multiply.",
        },
        {
          selector: "AssignmentExpression[operator='**=']",
          message: "Use power of core/power.ts.",
        },
      ],
    },
  },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
