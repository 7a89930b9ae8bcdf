// Tiers: parts know nothing of the app; features know parts; screens know both. Only lib/ipc.ts
// talks to the shell.
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const only = (group, message) => ({ "no-restricted-imports": ["error", { patterns: [{ group, message }] }] });
const shell = { group: ["@tauri-apps/*"], message: "Only lib/ipc.ts talks to the shell." };

export default ts.config(
  { ignores: ["dist", "node_modules", "src/lib/contract.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  { rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  { files: ["src/**"], ignores: ["src/lib/ipc.ts"], rules: { "no-restricted-imports": ["error", { patterns: [shell] }] } },
  {
    files: ["src/parts/**"],
    rules: only(["@tauri-apps/*", "**/features/*", "**/screens/*", "**/lib/ipc", "**/lib/session*"], "Parts know nothing of the app."),
  },
  {
    files: ["src/features/**"],
    rules: only(["@tauri-apps/*", "**/screens/*"], "Features know parts and lib only."),
  },
);
