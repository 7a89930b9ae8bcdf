import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { AccountView, Act, ActRequest, ProposalView, SettleRefused } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import Actions from "./Actions.svelte";
import { AccountModel } from "./model.svelte";
import { dialogFor } from "./retry";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const arrange: Act = {
  act: "arrange",
  terms: { kind: "installments", currency: "USD", invoices: ["i7"], down: "600.00", count: null, amount: "250.00", frequency: "weekly", first_due: "2026-11-20", approved_by: "Sam Park" },
};
const limits = { currency: "USD", balance: "2298.60", min_down: "574.65", max_installments: 6, min_installment: "25.00", latest: "2027-04-13", promise_latest: "2026-10-29", frequencies: ["weekly", "monthly"], authority: "5000.00", policy: "v3" };
let acts: ActRequest[];
let settled: SettleRefused[];
let model: AccountModel;

/** Opens the account as *Edit and retry* does. */
function open(act: Act, more: Answers = {}) {
  acts = [];
  settled = [];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      act: (input) => (acts.push(input), { message: "Done.", reasons: [], undo: null, numbers: [] }),
      settle_refused: (input) => (settled.push(input), { message: "" }),
      propose_arrangement: () => ({ installments: [], total: { amount: "2298.60", currency: "USD" }, count: 7, each: "250.00", limits, refusal: null }) as ProposalView,
      templates: () => ["dunning_1", "dunning_2"].map((key) => ({ key, name: key, channel: "letter", subject: "", body: "", changed: false, placeholders: [] })),
      preview: () => ({ pages: [], subject: "", plain: "", html: "", refusal: null }),
      ...more,
    }) as typeof call,
  );
  session.retry({ number: 12, account: "a1", act, why: "Kim has an arrangement here.", remedy: "Cancel that first." });
  model = new AccountModel("a1", session.takeRetry("a1"));
  model.view = {
    points: [{ id: "p1", kind: "phone", value: "208-555-0143", label: "", source: "import", bad: false, opted_out: false, consented: true }],
    invoices: [{ id: "i7", number: "INV-7", open: { amount: "300.00", currency: "USD" } }, { id: "i8", number: "INV-8", open: { amount: "80.00", currency: "USD" } }],
    aging: [{ currency: "USD", past_due: "2418.60" }],
    arrangements: [],
    next: [],
    contact: { state: "yes", text: "", calls_used: 0, calls_cap: 7, media: [] },
    arrangement_limits: limits,
    arrangement_refusal: null,
  } as unknown as AccountView;
  return render(Actions, { model });
}

const press = (name: RegExp) => fireEvent.click(screen.getAllByRole("button", { name }).at(-1) as HTMLElement);

beforeEach(() => {
  session.view = sessionView();
  session.notice = null;
});

describe("edit and retry", () => {
  it("opens the arrangement as it was meant, with the reason, and settles once it is done", async () => {
    open(arrange);
    expect(screen.getByText(/Kim has an arrangement here/)).toBeTruthy();
    const each = screen.getByLabelText<HTMLInputElement>("Each, USD");
    expect(each.value).toBe("250.00");
    await fireEvent.input(each, { target: { value: "300" } });
    await waitFor(() => expect(screen.getByRole("button", { name: /^Agree/ }).getAttribute("aria-disabled")).toBeNull());
    await press(/^Agree/);
    await waitFor(() => expect(settled).toEqual([{ number: 12, how: "retried" }]));
    expect(acts).toEqual([{ account: "a1", act: { act: "arrange", terms: { ...arrange.terms, amount: "300" } } }]);
    await waitFor(() => expect(model.dialog).toBeNull());
    expect(model.retry).toBeNull();
  });

  it.each<Act>([
    { act: "add_note", note: "asked for the memo" },
    { act: "schedule_follow_up", due: "2026-11-24", what: "call about August", assignee: "Kim" },
    { act: "schedule_follow_up", due: "2026-11-24", what: "call", assignee: null },
    { act: "open_dispute", invoice: "i7", amount: "120.00", reason: "billed twice", written: true },
    { act: "record_payment", amount: "311.00", currency: "CAD", posted: "2026-10-14", method: "Check", reference: "1002", invoices: ["i7"] },
    { act: "put_point", id: "p1", kind: "email", value: "ap@northgate.example", label: "Accounts", bad: true, consented: true },
    { act: "place_hold", kind: "manual", note: "memo", until: "2026-11-30", fields: [] },
    { act: "place_hold", kind: "bankruptcy", note: "", until: null, fields: [{ name: "chapter", value: "13" }, { name: "case_number", value: "26-118" }, { name: "petition", value: "2026-10-01" }] },
    { act: "place_hold", kind: "attorney", note: "", until: null, fields: [{ name: "contact", value: "Dana Reed, 208-555-0150" }] },
    { act: "place_hold", kind: "invoice", note: "", until: null, fields: [{ name: "invoice", value: "i8" }] },
    { act: "place_hold", kind: "refused_medium", note: "", until: null, fields: [{ name: "medium", value: "letter" }] },
    { act: "record_contact", medium: "visit", direction: "inbound", point: "208-555-0199", disposition: "call_back", note: "at noon", promise_amount: null, promise_currency: null, date: "2026-11-25" },
    { act: "queue_letter", template: "dunning_2", arrangement: null },
  ])("sends $act unchanged when nothing is edited", async (act) => {
    open(act);
    await waitFor(() => expect(screen.getAllByRole("button", { name: /^(Record|Queue)/ }).at(-1)?.getAttribute("aria-disabled")).toBeNull());
    await press(/^(Record|Queue)/);
    await waitFor(() => expect(settled).toHaveLength(1));
    expect(acts[0]?.act).toEqual(act);
  });

  it("settles nothing when it is refused again, and keeps what was typed", async () => {
    open({ act: "add_note", note: "asked for the memo" }, { act: () => { throw failure("refused", "The account is closed."); } });
    await press(/^Record/);
    await screen.findByText("The account is closed.");
    expect(settled).toEqual([]);
    expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Note" }).value).toBe("asked for the memo");
  });

  it("settles nothing when the form is closed, and later acts are only themselves", async () => {
    open({ act: "add_note", note: "asked for the memo" });
    await press(/^Cancel/);
    expect(model.retry).toBeNull();
    await model.act({ act: "add_note", note: "another" });
    expect(settled).toEqual([]);
  });

  it("does not call the act failed when only the settling is", async () => {
    open({ act: "add_note", note: "asked for the memo" }, { settle_refused: () => { throw failure("failed", "It could not be settled."); } });
    await press(/^Record/);
    await waitFor(() => expect(session.notice?.text).toBe("It could not be settled."));
    expect(acts).toHaveLength(1);
    await waitFor(() => expect(model.dialog).toBeNull());
  });

  it("has a form for what can be edited only, and is handed out once", () => {
    expect(dialogFor({ act: "release_hold", hold: "h1", reason: "" })).toBeNull();
    session.retry({ number: 1, account: "a1", act: arrange, why: "", remedy: "" });
    expect(session.takeRetry("a2")).toBeNull();
    expect(session.takeRetry("a1")).toBeNull();
  });
});
