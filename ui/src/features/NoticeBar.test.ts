import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../lib/session.svelte";
import { failure } from "../testing";
import NoticeBar from "./NoticeBar.svelte";

vi.mock("../lib/ipc", async (original) => ({ ...(await original<object>()), call: async () => null }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  session.notice = null;
  vi.useRealTimers();
});

test("an outcome goes by itself, and can be undone after it went", async () => {
  render(NoticeBar);
  const back = vi.fn(async () => {});
  session.done("Note kept.", back);
  await tick();
  expect(screen.getByText("Note kept.")).toBeTruthy();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(screen.queryByText("Note kept.")).toBeNull();
  await session.undo();
  expect(back).toHaveBeenCalledOnce();
  await session.undo();
  expect(back).toHaveBeenCalledOnce();
});

test("an error stays until it is closed", async () => {
  render(NoticeBar);
  session.fail(failure("failed", "The disk is full."));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(screen.getByText("The disk is full.")).toBeTruthy();
});
