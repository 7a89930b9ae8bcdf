import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { CheckPlans, LevelForm, PlanCheck, PlansView, PublishPlans, SimulatePlans, SimulatedQuery, SimulationView } from "../../../lib/contract";
import { call } from "../../../lib/ipc";
import { session } from "../../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../../testing";
import { draft, moved } from "./draft.svelte";
import Editor from "./Editor.svelte";

vi.mock("../../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../../lib/ipc")>()), call: vi.fn() }));

const level = (name: string, wait_days: string): LevelForm => ({
  name, from: "anchor", wait_days, channel: "letter", fallback: "", template: "dunning_1", min_balance: "0", min_unpaid: "0", fee_kind: "none", fee: "", needs_approval: false,
});
const view: PlansView = {
  version: 2,
  treatment: {
    plans: [
      { name: "Standard", mode: "strict", anchor: "due_date", tolerance: "1", levels: [level("Reminder", "5"), level("Final notice", "40")], pre_due: null },
      { name: "High risk", mode: "catch_up", anchor: "due_date", tolerance: "1", levels: [level("Reminder", "2")], pre_due: null },
    ],
    segments: [{ kind: "business", segment: "", risk: "high", plan: "High risk" }, { kind: "", segment: "", risk: "", plan: "Standard" }],
  },
  templates: [{ key: "dunning_1", title: "First letter" }],
  segments: ["Residential"],
  versions: [{ version: 2, effective_from: "2026-09-01", at: "2026-08-30T12:00:00Z", by: "Robin", state: "in_force", changes: [], plans: [], segments: [] }],
  costs: { letter: "", email: "", call: "" },
};
const ways = (letter: number) => ({ letter, email: 0, phone: 0 });
const result: SimulationView = {
  from: "2026-10-15", to: "2026-10-16", accounts: 5, changed: 2,
  present: { accounts: 3, messages: ways(4), fees: [], cost: null },
  proposed: { accounts: 3, messages: ways(6), fees: [{ amount: "10.00", currency: "USD" }], cost: "4.80" },
  levels: [{ plan: "Standard", level: "Reminder", channel: "letter", present: 4, proposed: 6, approvals: 0, present_fees: [], proposed_fees: [] }],
  days: [
    { day: "2026-10-15", closed: false, present: ways(4), proposed: ways(0) },
    { day: "2026-10-16", closed: false, present: ways(0), proposed: ways(6) },
  ],
  assumes: ["Nobody pays."],
};

let checked: CheckPlans[];
let simulated: SimulatePlans[];
let listed: SimulatedQuery[];
let published: PublishPlans[];

async function start(role = "supervisor", more: Answers = {}) {
  [checked, simulated, listed, published] = [[], [], [], []];
  session.view = sessionView({ role });
  const check = (input: CheckPlans): PlanCheck => {
    checked.push(input);
    const wait = input.treatment.plans[0]?.levels[0]?.wait_days ?? "";
    return {
      problems: /^\d+$/.test(wait) ? [] : [{ at: "plans.0.levels.0.wait_days", message: "A whole number from 0 to 3,650." }],
      changes: wait === "5" || wait === "soon" ? [] : ["Standard, Reminder: it waits longer."],
      warnings: [],
    };
  };
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView({ role }),
      plans: () => view,
      check_plans: check,
      simulate_plans: (input) => (simulated.push(input), result),
      simulated_accounts: (input) => (listed.push(input), { rows: [], total: 0 }),
      publish_plans: (input) => (published.push(input), view),
      ...more,
    }) as typeof call,
  );
  draft.show(view);
  draft.at = 0;
  draft.check = { problems: [], changes: [], warnings: [] };
  draft.result = null;
  draft.error = null;
  draft.effectiveFrom = "";
  await draft.load();
  render(Editor);
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });
const wait = () => screen.getByLabelText<HTMLInputElement>("Wait of level 1, days");

beforeEach(() => {
  session.notice = null;
});

describe("the plan editor", () => {
  it("moves a part and leaves the list alone where there is no room", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, -2)).toEqual(["c", "a", "b"]);
    const list = ["a"];
    expect(moved(list, 0, -1)).toBe(list);
  });

  it("says what is wrong beside the field, and neither simulates nor publishes it", async () => {
    await start();
    expect(button(/^Publish/).title).toBe("Nothing is changed.");
    await fireEvent.input(wait(), { target: { value: "soon" } });
    const problem = await screen.findByText("A whole number from 0 to 3,650.");
    expect(wait().getAttribute("aria-invalid")).toBe("true");
    expect(wait().getAttribute("aria-describedby")).toBe(problem.id);
    expect(button(/^Publish/).title).toBe("Mend 1 marked field first.");
    await fireEvent.click(button(/^Publish/));
    for (const one of screen.getAllByRole("button", { name: /^Simulate/ })) await fireEvent.click(one);
    expect([published, simulated]).toEqual([[], []]);
  });

  it("shows the change in words and publishes it from its first day", async () => {
    await start();
    await fireEvent.input(wait(), { target: { value: "9" } });
    await screen.findByText("Standard, Reminder: it waits longer.");
    await fireEvent.input(screen.getByLabelText("Holds from"), { target: { value: "2026-11-02" } });
    await fireEvent.click(button(/^Publish/));
    await waitFor(() => expect(published).toHaveLength(1));
    expect(published[0]).toMatchObject({ effective_from: "2026-11-02", treatment: { plans: [{ levels: [{ wait_days: "9" }, {}] }, {}] } });
    await waitFor(() => expect(draft.changed).toBe(false));
  });

  it("keeps what was typed when the app refuses, and a specialist only simulates", async () => {
    await start("supervisor", { publish_plans: () => { throw failure("refused", "Not now."); } });
    await fireEvent.input(wait(), { target: { value: "9" } });
    await screen.findByText("Standard, Reminder: it waits longer.");
    await fireEvent.click(button(/^Publish/));
    await screen.findByText("Not now.");
    expect(wait().value).toBe("9");
    session.view = sessionView({ role: "specialist" });
    await waitFor(() => expect(button(/^Publish/).title).toContain("Only a supervisor"));
    for (const one of screen.getAllByRole("button", { name: /^Simulate/ })) expect(one.getAttribute("aria-disabled")).toBeNull();
  });

  it("adds, moves and removes levels from the keyboard, and takes a removal back", async () => {
    await start();
    await fireEvent.click(button(/^Add a level/));
    const names = () => screen.getAllByLabelText<HTMLInputElement>(/^Name of level/).map((input) => input.value);
    expect(names()).toEqual(["Reminder", "Final notice", "Level 3"]);
    await fireEvent.keyDown(screen.getByLabelText("Name of level 3"), { key: "ArrowUp", altKey: true });
    expect(names()).toEqual(["Reminder", "Level 3", "Final notice"]);
    await fireEvent.click(button("Remove level Reminder"));
    expect(names()).toEqual(["Level 3", "Final notice"]);
    await session.undo();
    await waitFor(() => expect(names()).toEqual(["Reminder", "Level 3", "Final notice"]));
  });

  it("keeps the rules on a plan that is renamed, and a new rule before the one for all", async () => {
    await start();
    await fireEvent.click(button("High risk"));
    await fireEvent.input(screen.getByLabelText("Name of the plan"), { target: { value: "Urgent" } });
    expect(draft.form.segments[0]?.plan).toBe("Urgent");
    await fireEvent.click(button("Add a rule"));
    expect(draft.form.segments.map((segment) => segment.plan)).toEqual(["Urgent", "Standard", "Standard"]);
  });

  it("compares both policies in figures and by day, and lists the accounts of a day", async () => {
    await start();
    await fireEvent.input(wait(), { target: { value: "9" } });
    await fireEvent.click(screen.getAllByRole("button", { name: /^Simulate/ })[0] as HTMLElement);
    await screen.findByText("2 accounts of 5");
    expect(simulated[0]).toMatchObject({ days: 60, effective_from: "2026-10-15", treatment: { plans: [{ levels: [{ wait_days: "9" }, {}] }, {}] } });
    const totals = within(screen.getByRole("table", { name: "In all" }));
    expect(totals.getByRole("row", { name: "Letters 4 6 +2" })).toBeTruthy();
    expect(totals.getByRole("row", { name: /^Fees charged - \$10.00/ })).toBeTruthy();
    expect(listed.at(-1)).toMatchObject({ changed: true, day: null, level: null });
    await fireEvent.click(screen.getByText("The same as a table"));
    await fireEvent.click(button("Oct 16, 2026"));
    await waitFor(() => expect(listed.at(-1)).toMatchObject({ day: "2026-10-16" }));
    await fireEvent.click(button("Reminder, letter"));
    await waitFor(() => expect(listed.at(-1)?.level).toEqual({ plan: "Standard", level: "Reminder", channel: "letter" }));
    await fireEvent.input(wait(), { target: { value: "12" } });
    await screen.findByText(/The draft changed since/);
  });

  it("says that a simulation was cancelled and shows none", async () => {
    await start("supervisor", { simulate_plans: () => { throw failure("cancelled", "Cancelled; nothing was changed."); } });
    await fireEvent.click(screen.getAllByRole("button", { name: /^Simulate/ })[0] as HTMLElement);
    await waitFor(() => expect(session.notice?.text).toBe("The simulation is cancelled."));
    expect(draft.result).toBeNull();
  });
});
