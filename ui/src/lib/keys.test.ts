import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { activeShortcuts, handleKey, shortcuts } from "./keys";

const ran = vi.fn();
let stop: () => void;

function press(key: string, target: Element = document.body, more: KeyboardEventInit = {}) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

beforeEach(() => {
  ran.mockReset();
  document.body.innerHTML = "<input /><button>Go</button>";
  stop = shortcuts(["n", "Enter", "Ctrl+z", "Ctrl+s"].map((key) => ({ key, label: key, run: () => ran(key) })));
  window.addEventListener("keydown", handleKey);
});

afterEach(() => {
  window.removeEventListener("keydown", handleKey);
  stop();
});

describe("keys", () => {
  it("acts on one letter, but never while text is typed", () => {
    press("n");
    press("n", document.querySelector("input") ?? undefined);
    expect(ran.mock.calls).toEqual([["n"]]);
  });

  it("leaves Enter to a focused button and Ctrl+Z to the text, not Ctrl+S", () => {
    press("Enter", document.querySelector("button") ?? undefined);
    const input = document.querySelector("input") ?? undefined;
    press("z", input, { ctrlKey: true });
    expect(ran).not.toHaveBeenCalled();
    press("s", input, { ctrlKey: true });
    press("z", document.body, { ctrlKey: true });
    expect(ran.mock.calls).toEqual([["Ctrl+s"], ["Ctrl+z"]]);
  });

  it("lets the latest layer win until it goes", () => {
    const top = vi.fn();
    const leave = shortcuts([{ key: "n", label: "Other", run: top }]);
    press("n");
    expect(top).toHaveBeenCalledTimes(1);
    expect(ran).not.toHaveBeenCalled();
    expect(activeShortcuts().filter((one) => one.key === "n")).toHaveLength(1);
    leave();
    press("n");
    expect(ran).toHaveBeenCalledTimes(1);
  });
});
