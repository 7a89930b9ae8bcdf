import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { AccountView, ActRequest } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, sessionView } from "../../testing";
import Contactable from "./Contactable.svelte";
import { AccountModel } from "./model.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const why = { rule: "FRQ-4", version: "1", text: "The last call was 20 minutes ago." };
let acts: ActRequest[];

function start() {
  acts = [];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      act: (input) => (acts.push(input), { message: "Approved.", reasons: [], undo: null, numbers: [] }),
    }) as typeof call,
  );
  const model = new AccountModel("a1");
  model.view = {
    contact: {
      state: "supervisor",
      text: "May call if a supervisor approves: The last call was 20 minutes ago",
      calls_used: 2,
      calls_cap: 7,
      media: [
        { medium: "call", state: "supervisor", text: "May call if a supervisor approves: The last call was 20 minutes ago · 2 of 7 calls used", reasons: [why] },
        { medium: "email", state: "later", text: "May email from 8:00 in Boise, in 43 minutes: ...", reasons: [] },
        { medium: "letter", state: "yes", text: "May write now", reasons: [] },
      ],
    },
  } as unknown as AccountView;
  render(Contactable, { model });
}

beforeEach(() => {
  session.view = sessionView();
});

describe("Contactable", () => {
  it("says each way's verdict with its hour, and the calls used", () => {
    start();
    expect(screen.getByText(/May email from 8:00 in Boise, in 43 minutes/)).toBeTruthy();
    expect(screen.getByText(/2 of 7 calls used/)).toBeTruthy();
    expect(screen.getAllByRole("button", { name: /supervisor approves/ })).toHaveLength(1);
  });

  it("takes a supervisor's name and reason, and nothing less", async () => {
    start();
    await fireEvent.click(screen.getByRole("button", { name: /supervisor approves/ }));
    const approve = screen.getByRole("button", { name: "Approve one" });
    await fireEvent.click(approve);
    expect(acts).toHaveLength(0);
    await fireEvent.input(screen.getByLabelText("Supervisor"), { target: { value: "Sam" } });
    await fireEvent.input(screen.getByLabelText("Why"), { target: { value: "asked for a call" } });
    await fireEvent.click(approve);
    await waitFor(() => expect(acts).toHaveLength(1));
    expect(acts[0]).toEqual({
      account: "a1",
      act: { act: "approve", medium: "call", name: "Sam", role: "supervisor", reason: "asked for a call" },
    });
  });
});
