import { render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, linkView, sessionView } from "../../testing";
import Present from "./Present.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

describe("Present", () => {
  let asked: (string | null)[];
  beforeEach(() => {
    asked = [];
    vi.mocked(call).mockImplementation(
      answering({ presence: (input) => (asked.push((input as { account: string | null }).account), { others: [{ name: "Bob", since: "2026-03-10T18:00:00Z" }] }) }) as typeof call,
    );
  });
  afterEach(() => {
    session.view = null;
  });

  it("names who has the account open, and says when it is left", async () => {
    session.view = sessionView({ link: linkView({ state: "up_to_date" }) });
    const { unmount } = render(Present, { account: "a1" });
    await screen.findByText("Bob has this account open now.");
    unmount();
    await waitFor(() => expect(asked).toEqual(["a1", null]));
  });

  it("asks nobody where there is no team", () => {
    session.view = sessionView({});
    render(Present, { account: "a1" });
    expect(asked).toEqual([]);
  });
});
