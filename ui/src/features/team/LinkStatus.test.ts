import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";

import type { LinkView } from "../../lib/contract";
import { session } from "../../lib/session.svelte";
import { linkView, sessionView } from "../../testing";
import LinkStatus from "./LinkStatus.svelte";

const stand = (part: Partial<LinkView>) => (session.view = sessionView({ link: linkView(part) }));
const told = () => screen.getByRole("status").textContent;

beforeEach(() => {
  session.place = { screen: "day" };
});

describe("LinkStatus", () => {
  it("is not there where Dunlin works alone", () => {
    stand({ state: "alone" });
    render(LinkStatus);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("names what waits and what was refused, and leads to Team", async () => {
    stand({ state: "offline", queued: 3, refused: 2, detail: "The server does not answer." });
    render(LinkStatus);
    const button = screen.getByRole("button", { name: "Team: Offline, 3 waiting, 2 refused" });
    expect(button.title).toContain("The server does not answer");
    await fireEvent.click(button);
    expect(session.place).toEqual({ screen: "team" });
  });

  it("tells an outage once, whatever is tried in between, and then its end", async () => {
    stand({ state: "up_to_date" });
    render(LinkStatus);
    expect(told()).toBe("");
    stand({ state: "offline" });
    await waitFor(() => expect(told()).toContain("Offline"));
    const first = told();
    stand({ state: "busy" });
    stand({ state: "offline", queued: 1 });
    await waitFor(() => expect(screen.getByRole("button").textContent).toContain("1 waiting"));
    expect(told()).toBe(first);
    stand({ state: "busy" });
    stand({ state: "up_to_date" });
    await waitFor(() => expect(told()).toBe("Connected to the team's server again."));
  });
});
