import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { AccountRow } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, sessionView } from "../../testing";
import Accounts from "./Accounts.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const row: AccountRow = {
  account: "a1", customer: "Northgate Dental", number: "AC-1", class: "business", past_due: { amount: "2418.60", currency: "USD" },
  disputed: { amount: "0.00", currency: "USD" }, days_past_due: 61,
} as AccountRow;
let rows: AccountRow[];

beforeEach(() => {
  rows = [];
  session.view = sessionView({ accounts: 0 });
  vi.mocked(call).mockImplementation(answering({ session: () => session.view ?? sessionView(), accounts: () => ({ rows, total: rows.length, sums: [] }) }) as typeof call);
});

test("an empty list fills by itself when rows arrive", async () => {
  render(Accounts);
  await screen.findByText("Import an extract of your billing system first.");
  rows = [row];
  session.view = sessionView({ accounts: 1 });
  session.revision += 1;
  await screen.findByText("1 row");
  expect(screen.queryByText(/^Import an extract of/)).toBeNull();
});

test("what matched nothing is looked for again when rows arrive", async () => {
  session.view = sessionView({ accounts: 7 });
  render(Accounts);
  await screen.findByText("Nothing matches");
  rows = [row];
  session.revision += 1;
  await screen.findByText("1 row");
  expect(screen.queryByText("Nothing matches")).toBeNull();
});
