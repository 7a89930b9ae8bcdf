import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { AccountView, ActRequest } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import CallDialog from "./CallDialog.svelte";
import { AccountModel } from "./model.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const phone = { id: "p1", kind: "phone", value: "208-555-0143", label: "Front desk", source: "import", bad: false, opted_out: false, consented: true };
let acts: ActRequest[];
let model: AccountModel;
const onclose = vi.fn();

function start(more: Answers = {}) {
  acts = [];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      act: (input) => (acts.push(input), { message: "Recorded.", reasons: [], undo: null, numbers: [] }),
      ...more,
    }) as typeof call,
  );
  model = new AccountModel("a1");
  model.view = {
    points: [{ ...phone, id: "p0", bad: true, value: "208-555-0100" }, phone],
    aging: [{ currency: "USD", past_due: "2418.60" }],
    contact: { state: "yes", text: "May call now until 9:00 PM in Boise", calls_used: 2, calls_cap: 7, media: [{ medium: "call", state: "yes", text: "", reasons: [] }] },
  } as unknown as AccountView;
  render(CallDialog, { model, onclose });
}

const press = (key: string, target: Element | Window = window) => fireEvent.keyDown(target, { key });

beforeEach(() => {
  session.view = sessionView();
  onclose.mockReset();
});

describe("CallDialog", () => {
  it("records a call with two keys, to the first number that reaches the customer", async () => {
    start();
    await press("n");
    await press("Enter");
    await waitFor(() => expect(acts).toHaveLength(1));
    expect(acts[0]).toEqual({
      account: "a1",
      act: {
        act: "record_contact", medium: "call", direction: "outbound", point: "208-555-0143", disposition: "no_answer", note: "",
        promise_amount: null, promise_currency: null, date: null,
      },
    });
    await waitFor(() => expect(onclose).toHaveBeenCalled());
  });

  it("proposes what may be promised, and says before recording when policy would only note it", async () => {
    start();
    const limits = { currency: "USD", balance: "2298.60", promise_latest: "2026-11-29" };
    model.view = { ...model.view, arrangement_limits: limits } as unknown as AccountView;
    await press("p");
    const amount = screen.getByLabelText<HTMLInputElement>("Promised amount, USD");
    expect(amount.value).toBe("2298.60");
    expect(screen.queryByText(/holds dunning back/)).toBeNull();
    await fireEvent.input(amount, { target: { value: "2418.60" } });
    expect(screen.getByText(/more than the \$2,298\.60 that may be promised/)).toBeTruthy();
  });

  it("does not record before an outcome is chosen", async () => {
    start();
    await press("Enter");
    expect(acts).toEqual([]);
    expect(screen.getByRole("button", { name: /^Record/ }).title).toContain("press its letter");
  });

  it("asks a promise for its day and proposes the past-due amount", async () => {
    start();
    await press("p");
    const amount = await screen.findByLabelText<HTMLInputElement>("Promised amount, USD");
    expect(amount.value).toBe("2418.60");
    await press("Enter");
    expect(acts).toEqual([]);
    const day = screen.getByLabelText("Will pay by");
    await fireEvent.input(day, { target: { value: "2026-10-20" } });
    await press("Enter", day);
    await waitFor(() => expect(acts).toHaveLength(1));
    expect(acts[0]?.act).toMatchObject({ disposition: "promise_to_pay", promise_amount: "2418.60", promise_currency: "USD", date: "2026-10-20" });
  });

  it("takes letters in the note as text, and keeps them when the app refuses", async () => {
    start({ act: () => { throw failure("refused", "Not before 8:00 in Boise."); } });
    await press("m");
    const note = screen.getByLabelText<HTMLTextAreaElement>("Note (optional)");
    await fireEvent.input(note, { target: { value: "will be back" } });
    await press("b", note);
    expect(screen.getByRole("button", { name: /Left a message/ }).getAttribute("aria-pressed")).toBe("true");
    await press("Enter");
    await screen.findByText("Not before 8:00 in Boise.");
    expect(note.value).toBe("will be back");
    expect(onclose).not.toHaveBeenCalled();
  });
});
