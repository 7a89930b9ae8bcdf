/** Single-key shortcuts: active when no field has the focus and no dialog is open. */

export interface Shortcut {
  /** As `KeyboardEvent.key`, or `Ctrl+k`. */
  key: string;
  label: string;
  run: () => void;
}

const stack: Shortcut[][] = [];

/** Adds shortcuts until the returned function is called; the latest layer wins. */
export function shortcuts(layer: Shortcut[]): () => void {
  stack.push(layer);
  return () => {
    const index = stack.indexOf(layer);
    if (index >= 0) stack.splice(index, 1);
  };
}

/** Every shortcut in force, the latest layer first. */
export function activeShortcuts(): Shortcut[] {
  const seen = new Set<string>();
  return stack
    .toReversed()
    .flat()
    .filter((shortcut) => !seen.has(shortcut.key) && seen.add(shortcut.key));
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

export function handleKey(event: KeyboardEvent): void {
  // A list or form that answered the key already must not be moved twice.
  if (event.defaultPrevented) return;
  const name = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.key}`;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && (isTyping(event.target) || document.querySelector("dialog[open]"))) return;
  // Where text is typed, Ctrl+Z takes back the typing.
  if (name.toLowerCase() === "ctrl+z" && isTyping(event.target)) return;
  // A focused button answers Enter and Space itself.
  if (plain && event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ")) return;
  const found = activeShortcuts().find((shortcut) => shortcut.key.toLowerCase() === name.toLowerCase());
  if (found) {
    event.preventDefault();
    found.run();
  }
}
