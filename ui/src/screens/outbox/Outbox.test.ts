import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { ActRequest, OutboxRow } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, linkView, sessionView } from "../../testing";
import Outbox from "./Outbox.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const row: OutboxRow = {
  id: "o1", account: "a1", customer: "Northgate Dental", channel: "email", template: "First notice", to: "ap@example.com", state: "queued", detail: "Waits to leave",
  at: "2026-10-15T14:00:00Z",
};
let acts: ActRequest[];
let view = sessionView();

beforeEach(() => {
  acts = [];
  view = sessionView();
  session.notice = null;
  vi.mocked(call).mockImplementation(
    answering({
      session: () => view,
      outbox: () => ({ rows: [row], total: 1, counts: [{ kind: "queued", label: "Ready", count: 1 }] }),
      act: (input) => (acts.push(input), { message: "Taken back.", reasons: [], undo: null, numbers: [31] }),
    }) as typeof call,
  );
});

test("what the team's server refuses of it is not told as done any more", async () => {
  render(Outbox);
  await fireEvent.click(await screen.findByRole("button", { name: "Take back" }));
  await waitFor(() => expect(session.notice?.text).toBe("Taken back."));
  expect(acts).toEqual([{ account: "a1", act: { act: "settle_outbox", id: "o1", verdict: "withdraw" } }]);
  view = sessionView({ link: linkView({ state: "up_to_date", refused: 1, refusals: [31] }) });
  await session.refresh();
  expect(session.notice?.error?.message).toBe("The team's server refused this: Taken back.");
});

test("a customer's name opens the account", async () => {
  render(Outbox);
  await fireEvent.click(await screen.findByRole("button", { name: "Northgate Dental" }));
  expect(session.place).toEqual({ screen: "account", id: "a1" });
});
