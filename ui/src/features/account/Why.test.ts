import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { DecisionQuery, DecisionView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import Why from "./Why.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const decision = (query: DecisionQuery): DecisionView => ({
  day: query.day,
  moment: query.ended ? "as the day ended" : "as the day began",
  version: 2,
  plan: "Standard",
  segment: 'rule 3: all others follow "Standard"',
  steps: query.ended
    ? []
    : [{ level: "Reminder", invoice: "INV-1", channel: "letter", amount: { amount: "120.00", currency: "USD" }, fee: null, first_day: "2026-10-01", needs_approval: false, reasons: [{ rule: "TRT-1", version: "v2", text: "INV-1 was due Sep 26, 2026" }] }],
  quiet: query.ended ? [{ rule: "TRT-13", version: "v2", text: "INV-1: Reminder was sent on 2026-10-12; Second notice comes from 2026-10-27" }] : [],
  done: [{ at: "2026-10-12T16:00:00Z", actor: "Robin", what: "Reminder made: $120.00" }],
  unknown: ["No extract had been imported by then."],
});
let asked: DecisionQuery[];

function start(more: Answers = {}) {
  asked = [];
  vi.mocked(call).mockImplementation(answering({ decision: (query) => (asked.push(query), decision(query)), ...more }) as typeof call);
  render(Why, { account: "a1" });
}

async function unfold() {
  const details = document.querySelector("details") as HTMLDetailsElement;
  details.open = true;
  await fireEvent(details, new Event("toggle"));
}

beforeEach(() => {
  session.view = sessionView();
});

describe("Why", () => {
  it("asks only when it is unfolded, for today first", async () => {
    start();
    expect(asked).toEqual([]);
    await unfold();
    await screen.findByText(/rule 3: all others follow/);
    expect(asked).toEqual([{ account: "a1", day: "2026-10-15", ended: false }]);
    expect(screen.queryByLabelText("Moment of the day")).toBeNull();
  });

  it("goes back in days, shows both ends of a day, and what can't be known", async () => {
    start();
    await unfold();
    await fireEvent.input(screen.getByLabelText("Day"), { target: { value: "2026-10-13" } });
    await fireEvent.click(screen.getByRole("button", { name: "Day before" }));
    await waitFor(() => expect(asked.at(-1)).toEqual({ account: "a1", day: "2026-10-12", ended: false }));
    await screen.findByText("INV-1 was due Sep 26, 2026");
    await screen.findByText("No extract had been imported by then.");
    await fireEvent.change(screen.getByLabelText("Moment of the day"), { target: { value: "ended" } });
    await screen.findByText("No step was due.");
    await screen.findByText(/Second notice comes from Oct 27, 2026/);
  });

  it("keeps what is in sight under an error", async () => {
    start();
    await unfold();
    await screen.findByText("INV-1 was due Sep 26, 2026");
    vi.mocked(call).mockImplementation(answering({ decision: () => { throw failure("failed", "The history can't be read."); } }) as typeof call);
    await fireEvent.click(screen.getByRole("button", { name: "Day before" }));
    await screen.findByText("The history can't be read.");
    expect(screen.getByText("INV-1 was due Sep 26, 2026")).toBeTruthy();
  });
});
