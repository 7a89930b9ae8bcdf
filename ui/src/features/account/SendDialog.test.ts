import { render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import type { AccountView, ApiError } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { answering, failure } from "../../testing";
import { AccountModel } from "./model.svelte";
import SendDialog from "./SendDialog.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

async function open(refusal: ApiError | null) {
  vi.mocked(call).mockImplementation(
    answering({
      templates: () => [{ key: "reminder", name: "Reminder", channel: "email", subject: "", body: "", changed: false, placeholders: [] }],
      preview: () => ({ pages: [], subject: "Your account", plain: "A friendly reminder.", html: "", refusal }),
    }) as typeof call,
  );
  const model = new AccountModel("a1");
  model.view = { points: [{ id: "p1", kind: "email", value: "ap@example.com", bad: false, opted_out: false }], arrangements: [], next: [] } as unknown as AccountView;
  render(SendDialog, { model, channel: "email", onclose: () => undefined });
  await screen.findByText("Your account");
}

const held = () => screen.queryByText(/^It would be held back now/);

it("says of a preview that the gate would hold it back, and why", async () => {
  await open(failure("refused", "Invoice INV-7 is in an arrangement that is kept.").api);
  expect(screen.getByText("Not allowed now")).toBeTruthy();
  expect(screen.getByText("Invoice INV-7 is in an arrangement that is kept.")).toBeTruthy();
  expect(held()).toBeTruthy();
});

it("says nothing of the kind where it may leave, or can't be written at all", async () => {
  await open(null);
  expect(held()).toBeNull();
  document.body.innerHTML = "";
  await open(failure("invalid", "No mail account is set up.").api);
  expect(held()).toBeNull();
});
