import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../lib/session.svelte";
import { failure, linkView, sessionView } from "../testing";
import NoticeBar from "./NoticeBar.svelte";

let view = sessionView();
vi.mock("../lib/ipc", async (original) => ({ ...(await original<object>()), call: async () => view }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  view = sessionView();
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

test("what the team's server refused is not told as done any more, and not undone", async () => {
  render(NoticeBar);
  const back = vi.fn(async () => {});
  session.done("Arrangement set up.", back, [7]);
  view = sessionView({ link: linkView({ state: "up_to_date", refused: 1, refusals: [6] }) });
  await session.refresh();
  await tick();
  expect(screen.getByText("Arrangement set up.")).toBeTruthy();
  view = sessionView({ link: linkView({ state: "up_to_date", refused: 2, refusals: [6, 7] }) });
  await session.refresh();
  await tick();
  expect(screen.queryByRole("button", { name: /Undo/ })).toBeNull();
  expect(screen.getByRole("alert").textContent).toContain("server refused this: Arrangement set up.");
  await session.undo();
  expect(back).not.toHaveBeenCalled();
});

test("an undo that outlives its notice goes with the refusal too", async () => {
  const back = vi.fn(async () => {});
  session.done("Note kept.", back, [8]);
  session.notice = null;
  view = sessionView({ link: linkView({ state: "up_to_date", refused: 1, refusals: [8] }) });
  await session.refresh();
  await session.undo();
  expect(back).not.toHaveBeenCalled();
});
