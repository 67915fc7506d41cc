// The lint of the web page. Prettier has the format, and tsc the types.
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig({
  files: ["functions/api/web/**/*.js"],
  extends: [js.configs.recommended, ts.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true } },
  linterOptions: { reportUnusedDisableDirectives: "error" },
  rules: {
    eqeqeq: "error",
    "no-var": "error",
    "prefer-const": "error",
    "no-shadow": "error",
    "max-lines": ["error", { max: 150, skipComments: true }],
    "max-lines-per-function": ["error", { max: 45, skipComments: true }],
    complexity: ["error", 12],
    "no-undef": "off", // tsc finds these, and knows the browser's names
    "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  },
});
