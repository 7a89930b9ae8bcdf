/** Theme and privacy, kept on the root element. */

export function applyTheme(theme: string): void {
  const dark =
    theme === "dark" || (theme !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}

export function togglePrivacy(): boolean {
  const root = document.documentElement;
  const on = root.dataset["private"] !== "on";
  root.dataset["private"] = on ? "on" : "off";
  return on;
}
