import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { PolicyView, SavePolicy } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import { buckets } from "./model";
import Rules from "./Rules.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const view: PolicyView = {
  version: 3,
  effective_from: "2026-09-01",
  json: '{ "version": 3 }',
  versions: [{ version: 3, effective_from: "2026-09-01", by: "Robin" }],
  aging_bounds: [30, 60, 90],
  arrangement: {
    min_down_percent: "25", max_installments: 6, max_days: 180, min_installment: "25.00", frequencies: ["weekly", "monthly"],
    authority: "5000", grace_days: 3, short_tolerance: "0", max_promise_days: 14, max_broken_per_year: 2,
  },
  follow_up: { after_attempt: 2, after_conversation: 7, after_says_paid: 5, after_dispute: 10, after_refusal: 14, after_bad_number: 1 },
  plans: [{ name: "Standard", mode: "strict", levels: ["Reminder: email (else letter), 5 days after the due date"] }],
};

let saved: SavePolicy[];

function start(role: string, more: Answers = {}) {
  saved = [];
  session.view = sessionView({ role });
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView({ role }),
      policy: () => view,
      save_policy: (input) => (saved.push(input), { ...view, versions: [...view.versions, { version: 4, effective_from: input.effective_from, by: "Robin" }] }),
      ...more,
    }) as typeof call,
  );
  render(Rules);
}

const publish = () => screen.getByRole<HTMLButtonElement>("button", { name: "Publish a new version" });

beforeEach(() => {
  session.notice = null;
});

describe("Rules", () => {
  it("is read by a specialist but not published, and says why", async () => {
    start("specialist");
    const down = await screen.findByLabelText("Least down payment, percent");
    await fireEvent.input(down, { target: { value: "10" } });
    expect(publish().getAttribute("aria-disabled")).toBe("true");
    expect(publish().title).toContain("Only a supervisor");
    await fireEvent.click(publish());
    expect(saved).toEqual([]);
  });

  it("is published by a supervisor with amounts as typed and whole numbers", async () => {
    start("supervisor");
    const down = await screen.findByLabelText("Least down payment, percent");
    expect(publish().title).toBe("Nothing is changed.");
    await fireEvent.input(down, { target: { value: "12.50" } });
    await fireEvent.input(screen.getByLabelText("Buckets end at, days past due"), { target: { value: "15 45" } });
    await fireEvent.input(screen.getByLabelText("Holds from"), { target: { value: "2026-11-01" } });
    await fireEvent.click(publish());
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toEqual({
      ...saved[0], effective_from: "2026-11-01", aging_bounds: [15, 45], json: null,
      arrangement: { ...view.arrangement, min_down_percent: "12.50" }, follow_up: view.follow_up,
    });
    await waitFor(() => expect(session.notice?.text).toContain("version 4"));
  });

  it("marks what can't be before anything is sent, and what the app refuses where it belongs", async () => {
    start("supervisor", { save_policy: () => { throw failure("invalid", "Nobody may go below 5.", "grace_days"); } });
    const grace = await screen.findByLabelText<HTMLInputElement>("Grace after a due date, days");
    await fireEvent.input(grace, { target: { value: "x" } });
    expect(grace.getAttribute("aria-invalid")).toBe("true");
    expect(publish().title).toBe("Mend the marked fields first.");
    await fireEvent.input(grace, { target: { value: "4" } });
    await fireEvent.click(publish());
    await screen.findByText("Nobody may go below 5.");
    expect(grace.value).toBe("4");
    expect(document.getElementById(grace.getAttribute("aria-describedby") ?? "")?.textContent).toContain("below 5");
  });
});

describe("buckets", () => {
  it("names the buckets, or none when the ends do not rise", () => {
    expect(buckets("30, 60,90")).toBe("1-30, 31-60, 61-90, 91+");
    expect(["", "0", "30, 30", "60 30", "a"].map(buckets)).toEqual([null, null, null, null, null]);
  });
});
