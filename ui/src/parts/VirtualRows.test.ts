import { fireEvent, render, screen } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { handleKey, shortcuts } from "../lib/keys";
import VirtualRows from "./VirtualRows.svelte";

const row = createRawSnippet<[string, number]>((item) => ({ render: () => `<span>${item()}</span>` }));
const onselect = vi.fn();
const onopen = vi.fn();
const need = vi.fn();

function list(selected: number, total = 1000) {
  const rows = Array.from({ length: total }, (_unused, index) => `row ${index}`);
  return render(VirtualRows<string>, { label: "Accounts", rows, total, rowHeight: 20, selected, row, need, onselect, onopen });
}

const box = () => screen.getByRole("listbox", { name: "Accounts" });

beforeEach(() => {
  onselect.mockReset();
  onopen.mockReset();
  need.mockReset();
});

describe("VirtualRows", () => {
  it("draws only what is in sight and tells how long the list is", () => {
    list(0);
    const options = screen.getAllByRole("option");
    expect(options.length).toBeGreaterThan(0);
    expect(options.length).toBeLessThan(100);
    expect(options[0]?.getAttribute("aria-setsize")).toBe("1000");
    expect(box().getAttribute("aria-activedescendant")).toBe(options[0]?.id);
    expect(need).toHaveBeenCalledWith(0, options.length);
  });

  it("moves by arrow, page and end keys and stays inside the list", async () => {
    const shown = list(5);
    const press = (key: string) => fireEvent.keyDown(box(), { key });
    await press("ArrowDown");
    await press("ArrowUp");
    await press("Home");
    await press("End");
    expect(onselect.mock.calls.map(([index]) => index)).toEqual([6, 4, 0, 999]);
    onselect.mockClear();
    await press("PageDown");
    expect(onselect.mock.calls[0]?.[0]).toBeGreaterThan(5);
    shown.unmount();
    const top = list(0);
    onselect.mockClear();
    await press("PageUp");
    expect(onselect).toHaveBeenCalledWith(0);
    top.unmount();
    list(999);
    onselect.mockClear();
    await press("PageDown");
    expect(onselect).toHaveBeenCalledWith(999);
  });

  it("opens with Enter and by double click, not when nothing is selected", async () => {
    const shown = list(-1);
    await fireEvent.keyDown(box(), { key: "Enter" });
    expect(onopen).not.toHaveBeenCalled();
    shown.unmount();
    list(3);
    await fireEvent.keyDown(box(), { key: "Enter" });
    expect(onopen).toHaveBeenCalledWith(3);
    await fireEvent.dblClick(screen.getByText("row 4"));
    expect(onopen).toHaveBeenLastCalledWith(4);
  });

  it("moves one row for one press where the screen has the same key", async () => {
    const again = vi.fn();
    const stop = shortcuts([{ key: "ArrowDown", label: "Next row", run: again }]);
    window.addEventListener("keydown", handleKey);
    list(0);
    await fireEvent.keyDown(box(), { key: "ArrowDown" });
    window.removeEventListener("keydown", handleKey);
    stop();
    expect(onselect).toHaveBeenCalledTimes(1);
    expect(again).not.toHaveBeenCalled();
  });
});
