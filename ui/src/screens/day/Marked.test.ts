import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { ActRequest, BulkFollowUps, DayPage, DayQuery, DayRow, SaveCalendar } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { handleKey } from "../../lib/keys";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import Day from "./Day.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const row = (number: number): DayRow => ({
  account: `a${number}`, customer: `Customer ${number}`, number: `A-${number}`, class: "consumer", kind: "follow_up", label: "Follow-up", urgent: false, amount: null,
  days_past_due: 10, why: "Call again", why_today: "Due today", next: "call", next_label: "Call again",
  contact: { state: "yes", text: "May call now until 9:00 PM in Boise", calls_used: 0, calls_cap: 7, media: [] }, also: [], assignee: number === 2 ? "Sam" : null,
});
const page: DayPage = { rows: [row(1), row(2), row(3)], total: 3, urgent: 0, kinds: [], as_of: "2026-10-15", people: ["Robin", "supervisor", "Sam"], left_out: "" };
const undo: ActRequest[] = [{ account: "a1", act: { act: "snooze_follow_up", follow_up: "f1", due: "2026-10-15" } }];
let asked: DayQuery[];
let bulk: BulkFollowUps[];
let taken: ActRequest[][];
let saved: SaveCalendar[];

async function start(more: Answers = {}) {
  [asked, bulk, taken, saved] = [[], [], [], []];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      my_day: (query) => (asked.push(query), page),
      saved_views: () => [],
      bulk_follow_ups: (input) => (
        bulk.push(input),
        { message: "1 follow-up of 1 account moved.", done: 1, left_out: [{ why: "No follow-up is due there", count: 2, examples: ["Customer 3 (A-3)"] }], undo, numbers: [] }
      ),
      act_all: (input) => (taken.push(input.acts), { message: "1 change made.", done: 1, left_out: [], undo: [], numbers: [] }),
      save_calendar: (input) => (saved.push(input), { message: "3 entries written." }),
      ...more,
    }) as typeof call,
  );
  render(Day);
  await screen.findByText("3 accounts to do,", { exact: false });
}

const press = (key: string) => handleKey(new KeyboardEvent("keydown", { key }));

beforeEach(() => {
  session.view = sessionView();
  session.notice = null;
});

describe("several rows of My day", () => {
  it("are marked by key, moved in one go, told what was left out, and taken back in one go", async () => {
    await start();
    press("x");
    press("j");
    press("x");
    await screen.findByText("2 marked");
    await fireEvent.input(screen.getByLabelText("Move to"), { target: { value: "2026-10-20" } });
    await fireEvent.click(screen.getByRole("button", { name: "Move" }));
    await waitFor(() => expect(bulk).toEqual([{ accounts: ["a1", "a2"], act: { act: "snooze", due: "2026-10-20" } }]));
    await waitFor(() => expect(session.notice?.text).toBe("1 follow-up of 1 account moved. 2 accounts left out: No follow-up is due there (Customer 3 (A-3), ...)."));
    expect(screen.queryByText("2 marked")).toBeNull();
    await session.undo();
    expect(taken).toEqual([undo]);
  });

  it("stay marked when it fails", async () => {
    await start({ bulk_follow_ups: () => { throw failure("failed", "The disk is full."); } });
    press("x");
    await fireEvent.click(await screen.findByRole("button", { name: "Follow-ups done" }));
    await waitFor(() => expect(session.notice?.text).toBe("The disk is full."));
    expect(screen.getByText("1 marked")).toBeTruthy();
  });

  it("go to somebody, or back to anybody when the name is empty", async () => {
    await start();
    await fireEvent.click(screen.getByRole("button", { name: "Mark all" }));
    await fireEvent.input(await screen.findByLabelText("Assign to"), { target: { value: " Sam " } });
    await fireEvent.click(screen.getByRole("button", { name: "Assign" }));
    await waitFor(() => expect(bulk[0]).toEqual({ accounts: ["a1", "a2", "a3"], act: { act: "assign", to: "Sam" } }));
    press("x");
    await fireEvent.click(await screen.findByRole("button", { name: "Assign" }));
    await waitFor(() => expect(bulk[1]?.act).toEqual({ act: "assign", to: null }));
  });

  it("are filtered by whose they are", async () => {
    await start();
    await fireEvent.change(screen.getByLabelText("Whose"), { target: { value: "Sam" } });
    await waitFor(() => expect(asked.at(-1)?.whose).toBe("Sam"));
  });

  it("go into a calendar file without names unless asked", async () => {
    await start();
    await fireEvent.click(screen.getByRole("button", { name: "Calendar" }));
    const path = await screen.findByLabelText("File");
    await fireEvent.input(path, { target: { value: "/tmp/tasks.ics" } });
    await fireEvent.click(screen.getByRole("button", { name: "Write the file" }));
    await waitFor(() => expect(saved).toEqual([{ path: "/tmp/tasks.ics", whose: "mine", names: false, start: null }]));
  });
});
