import { describe, expect, it, vi } from "vitest";

import { Paged } from "./paged.svelte";

function server(total: number) {
  return vi.fn(async (offset: number, limit: number) => ({
    rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_unused, index) => offset + index),
    total,
  }));
}

describe("Paged", () => {
  it("loads only what comes into sight, each page once", async () => {
    const load = server(1000);
    const list = new Paged(load, () => undefined);
    await list.reload();
    list.need(0, 30);
    list.need(90, 130);
    list.need(95, 135);
    await vi.waitFor(() => expect(list.rows[120]).toBe(120));
    expect(load.mock.calls.map(([offset]) => offset)).toEqual([0, 100]);
    expect(list.total).toBe(1000);
  });

  it("keeps the place on reload and clamps it when the list shrinks", async () => {
    let total = 500;
    const list = new Paged((offset, limit) => server(total)(offset, limit), () => undefined);
    await list.reload();
    list.selected = 450;
    await list.reload();
    expect(list.current).toBe(450);
    total = 20;
    await list.reload();
    expect(list.selected).toBe(19);
  });

  it("ignores an answer that comes after a newer question", async () => {
    let answer: ((page: { rows: string[]; total: number }) => void) | undefined;
    const load = vi.fn<(offset: number, limit: number) => Promise<{ rows: string[]; total: number }>>();
    load.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    load.mockResolvedValueOnce({ rows: ["new"], total: 1 });
    const list = new Paged(load, () => undefined);
    const first = list.reload();
    await list.reload();
    answer?.({ rows: ["old"], total: 1 });
    await first;
    expect(list.rows).toEqual(["new"]);
  });
});
