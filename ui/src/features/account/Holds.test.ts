import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { AccountView, Act, HoldView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView } from "../../testing";
import Holds from "./Holds.svelte";
import { AccountModel } from "./model.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const stay: HoldView = {
  id: "h1",
  kind: "bankruptcy",
  label: "Bankruptcy, chapter 7, 26-1",
  note: "",
  since: "2026-10-01",
  until: null,
  grows: true,
  fields: [
    { name: "chapter", value: "7" },
    { name: "case_number", value: "26-1" },
    { name: "petition", value: "2026-09-30" },
  ],
  case: {
    stay: "The stay is in force: no collection on prepetition debt",
    items: [
      { name: "case_number", label: "Case number", value: "26-1", needed: true },
      { name: "trustee", label: "Trustee", value: null, needed: true },
      { name: "closed", label: "Closed", value: null, needed: false },
    ],
    missing: ["Trustee"],
  },
};
let acts: Act[];
let refuse = false;

function start(holds: HoldView[], validation: string | null) {
  acts = [];
  const answers = {
    act: ({ act }: { act: Act }) => {
      if (refuse) throw failure("invalid", "2027-01-01 is in the future.", "discharged");
      acts.push(act);
      return { message: "Done.", reasons: [], undo: null, numbers: [] };
    },
  };
  vi.mocked(call).mockImplementation(answering(answers) as typeof call);
  const view = { holds, validation } as unknown as AccountView;
  render(Holds, { view, model: new AccountModel("a1") });
}

beforeEach(() => {
  refuse = false;
  session.view = sessionView();
  HTMLDialogElement.prototype.showModal = function show() {
    this.setAttribute("open", "");
  };
});

describe("Holds", () => {
  it("names what a case's file lacks and leaves out what does not matter yet", () => {
    start([stay], null);
    expect(screen.getByText(/The file lacks 1: Trustee\./)).toBeTruthy();
    expect(screen.getByText(/The stay is in force/)).toBeTruthy();
    expect(screen.getByText("missing")).toBeTruthy();
    expect(screen.queryByText("Closed")).toBeNull();
  });

  it("amends a case with all that was known and what is new; a refusal keeps what was typed", async () => {
    start([stay], null);
    await fireEvent.click(screen.getByRole("button", { name: "More is known" }));
    await fireEvent.input(screen.getByLabelText("Discharged"), { target: { value: "2026-10-10" } });
    refuse = true;
    await fireEvent.click(screen.getByRole("button", { name: "Record" }));
    await waitFor(() => expect(screen.getAllByText("2027-01-01 is in the future.").length).toBeGreaterThan(0));
    refuse = false;
    await fireEvent.click(screen.getByRole("button", { name: "Record" }));
    await waitFor(() => expect(acts).toHaveLength(1));
    expect(acts[0]).toEqual({
      act: "amend_hold",
      hold: "h1",
      kind: "bankruptcy",
      note: "",
      fields: [
        { name: "chapter", value: "7" },
        { name: "case_number", value: "26-1" },
        { name: "petition", value: "2026-09-30" },
        { name: "discharged", value: "2026-10-10" },
      ],
    });
  });

  it("records a validation notice that went out by another way", async () => {
    start([], "No validation notice was sent; by law it is sent by 2026-10-18");
    await fireEvent.input(screen.getByLabelText("Sent by another way on"), { target: { value: "2026-10-14" } });
    await fireEvent.click(screen.getByRole("button", { name: "Record" }));
    await waitFor(() => expect(acts).toEqual([{ act: "record_notice", sent: "2026-10-14" }]));
  });
});
