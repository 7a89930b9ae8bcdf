import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { MemberView, RunView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import Run from "./Run.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const member = (number: number, part: Partial<MemberView> = {}): MemberView => ({
  id: `m${number}`, account: `a${number}`, customer: `Customer ${number}`, number: `AC-${number}`, template: "First notice", level: "1", amount: { amount: "10.00", currency: "USD" },
  days_past_due: 20, to: "1 Sample Street", zip: "83702", why: "Due", reasons: [], excluded: false, state: "printed", page: number, letter: `m${number}`, accounts: 1, detail: "", ...part,
});
let mailed: string[];

function open(members: MemberView[], more: Answers = {}) {
  mailed = [];
  vi.mocked(call).mockImplementation(
    answering({ session: () => sessionView(), mark_mailed: (input) => (mailed.push(input.run), { message: "2 letters are recorded as mailed." }), ...more }) as typeof call,
  );
  const run: RunView = {
    summary: { run: "r1", channel: "letter", state: "confirmed", at: "2026-10-15T14:00:00Z", letters: members.length, pages: members.length, amounts: [] },
    members,
    left_out: [],
  };
  render(Run, { run, dropped: [], onchange: () => undefined });
}

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

beforeEach(() => (session.notice = null));

test("letters are recorded as mailed after a question, which a second Enter does not answer", async () => {
  open([member(1), member(2)]);
  await press("They are mailed…");
  expect(screen.getByRole("dialog").textContent).toMatch(/2 letters count as sent from today.*can't be taken back/);
  expect(document.activeElement?.textContent).toContain("Not yet");
  expect(mailed).toEqual([]);
  await press("They are in the mail");
  await waitFor(() => expect(session.notice?.text).toBe("2 letters are recorded as mailed."));
  expect(mailed).toEqual(["r1"]);
  await waitFor(() => expect(document.activeElement?.textContent).toContain("Look at the pages"));
});

test("one may say that they are not mailed yet", async () => {
  open([member(1)]);
  await press("They are mailed…");
  expect(screen.getByRole("dialog").textContent).toContain("1 letter counts as sent");
  await press("Not yet");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(mailed).toEqual([]);
});

test("a sheet taken back on one of its accounts does not count and is named before", async () => {
  open([member(1), member(2, { letter: "m1", page: null }), member(3, { state: "cancelled", letter: "m1" }), member(4), member(5, { excluded: true, state: "excluded" })]);
  await press("They are mailed…");
  expect(screen.getByRole("dialog").textContent).toMatch(/1 letter counts as sent.*1 letter of this run was taken back and must not be mailed/);
});

test("a refusal stands in the question", async () => {
  open([member(1)], { mark_mailed: () => { throw failure("refused", "Only a printed run can be mailed, and only once."); } });
  await press("They are mailed…");
  await press("They are in the mail");
  await screen.findByText("Only a printed run can be mailed, and only once.");
});
