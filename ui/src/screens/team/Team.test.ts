import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { ActRequest, AssignAccounts, AuditQuery, LinkView, RefusedView, SettleRefused, TeamView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { handleKey } from "../../lib/keys";
import { session } from "../../lib/session.svelte";
import { answering, failure, linkView, sessionView, type Answers } from "../../testing";
import { accountOf, kindWords } from "./audit";
import { clockText, clockWrong } from "./devices";
import Team from "./Team.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const refusal = (part: Partial<RefusedView>): RefusedView => ({
  number: 12, account: "a1", who: "Northgate, AC-1", here: true, what: "Note added", at: "2026-10-15T14:00:00Z", why: "It is closed.", remedy: "Reopen it.", reasons: [],
  act: { act: "add_note", note: "memo" }, ...part,
});
const rows = [
  refusal({}),
  refusal({ number: 15, account: "a2", what: "Hold released", act: { act: "release_hold", hold: "h1", reason: "memo" } }),
  refusal({ number: 19, account: "a9", who: "", here: false, what: "Follow-up planned" }),
];
let settled: SettleRefused[];
let acts: ActRequest[];
let assigned: AssignAccounts[];
let left: number;
/** Who is locked after wrong passwords. */
let locked = "";

async function start(part: Partial<TeamView> = {}, link: Partial<LinkView> = {}, more: Answers = {}) {
  settled = [];
  acts = [];
  assigned = [];
  left = 0;
  locked = "";
  const view: TeamView = {
    link: linkView({ state: "up_to_date", text: "Up to date", refused: 3, ...link }), server: "https://dunlin.example.com", login: "robin", name: "Robin Hale", role: "specialist",
    device: "Robin's laptop", offline_until: null, queue: [], refused: rows, known: "7", permits: 0, letters: [], ...part,
  };
  const alive = sessionView({ link: view.link, role: view.role });
  vi.mocked(call).mockImplementation(
    answering({
      session: () => alive,
      team: () => view,
      settle_refused: (input) => (settled.push(input), { message: "Settled." }),
      act: (input) => (acts.push(input), { message: "Done.", reasons: [], undo: null, numbers: [] }),
      leave_team: () => ((left += 1), sessionView()),
      assign_accounts: (input) => (assigned.push(input), { message: "Moved." }),
      roster: () => ({
        people: [["kim", "Kim Alvarez", "specialist"], ["sam", "Sam Park", "supervisor"], ["pat", "Pat Example", "administrator"]].map(([login = "", name = "", role = ""]) => ({ login, name, role, locked_until: login === locked ? "2026-10-15T14:15:00Z" : null, disabled: false })),
        devices: [{ id: "d1", name: "Kim's laptop", login: "kim", seen_at: null, behind: 312, app_version: "0.1.0", clock_ahead: 7_200, quarantined: 1, revoked_at: null }],
      }),
      ...more,
    }) as typeof call,
  );
  session.view = alive;
  render(Team);
  await screen.findByRole("heading", { name: "Team" });
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const key = (name: string) => handleKey(new KeyboardEvent("keydown", { key: name, cancelable: true }));

beforeEach(() => {
  session.place = { screen: "team" };
  session.notice = null;
});

describe("the refused acts", () => {
  it("stand with reason and remedy, and what is elsewhere can only be discarded", async () => {
    await start();
    expect(screen.getAllByText(/It is closed/)).toHaveLength(3);
    expect(screen.getAllByRole("button", { name: /^Edit and retry/ })[1]?.title).toContain("no longer on this device");
    expect(screen.getAllByRole("button", { name: /^Open account/ })[2]?.title).toContain("no longer on this device");
  });

  it("open the account with the act's form by e, by account", async () => {
    await start();
    key("e");
    expect(session.place).toEqual({ screen: "account", id: "a1" });
    expect(session.takeRetry("a1")).toMatchObject({ number: 12, act: { act: "add_note", note: "memo" }, why: "It is closed." });
  });

  it("are walked by j and k, and opened by Enter only where the account is here", async () => {
    await start();
    key("j");
    key("Enter");
    expect(session.place).toEqual({ screen: "account", id: "a2" });
    session.place = { screen: "team" };
    key("j");
    key("j");
    key("Enter");
    expect(session.place).toEqual({ screen: "team" });
  });

  it("are discarded only after a confirmation that names them", async () => {
    await start();
    key("d");
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("Note added");
    expect(dialog.textContent).toContain("Northgate");
    expect(settled).toEqual([]);
    await press("Discard it");
    await waitFor(() => expect(settled).toEqual([{ number: 12, how: "discarded" }]));
  });

  it("without a form are done again as they were, once", async () => {
    await start({}, {}, { settle_refused: () => { throw failure("failed", "Not settled."); } });
    key("j");
    key("e");
    await screen.findByRole("dialog");
    await fireEvent.click(screen.getAllByRole("button", { name: "Do it again" }).at(-1) as HTMLElement);
    await waitFor(() => expect(acts).toEqual([{ account: "a2", act: { act: "release_hold", hold: "h1", reason: "memo" } }]));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(session.notice?.text).toBe("Not settled.");
  });
});

describe("what was done again", () => {
  const act = { act: "complete_follow_up", follow_up: "f1" } as const;

  it("can be taken back, and is told as refused if it is refused again", async () => {
    const back = { act: "schedule_follow_up", due: "2026-10-16", what: "Call", assignee: null } as const;
    await start({ refused: [refusal({ act })] }, {}, { act: (input) => (acts.push(input), { message: "Done.", reasons: [], undo: input.act.act === act.act ? back : null, numbers: [40 + acts.length] }) });
    key("e");
    await screen.findByRole("dialog");
    await fireEvent.click(screen.getAllByRole("button", { name: "Do it again" }).at(-1) as HTMLElement);
    await waitFor(() => expect(session.notice?.text).toBe("Done."));
    expect(session.notice?.numbers).toEqual([41]);
    await session.undo();
    expect(acts).toEqual([{ account: "a1", act }, { account: "a1", act: back }]);
    expect(session.notice?.numbers).toEqual([42]);
  });
});

describe("the standing", () => {
  it("asks for the password when the sign-in ended, and keeps the entries in sight", async () => {
    await start({}, { state: "sign_in", detail: "It ended after 30 days." }, { sign_in_team: () => { throw failure("invalid", "The password is wrong."); } });
    await type("Password of robin", "wrong words here");
    await press("Sign in");
    await screen.findByText("The password is wrong.");
    expect(screen.getByLabelText<HTMLInputElement>("Password of robin").value).toBe("wrong words here");
    expect(screen.getByText("Note added")).toBeTruthy();
  });

  it("says why it stopped and that nothing is lost", async () => {
    await start({ refused: [] }, { state: "stopped", detail: "Ask your administrator for a new code." });
    expect(screen.getByText("Ask your administrator for a new code.")).toBeTruthy();
    expect(screen.getByText(/Nothing was lost/)).toBeTruthy();
  });

  it("is left only by its name, and what waits must be given up by itself", async () => {
    await start({}, { queued: 2 });
    await press(/^Leave the team/);
    await type("Type dunlin.example.com to confirm", "dunlin.example.com");
    const button = screen.getByRole("button", { name: /^Leave and delete/ });
    expect(button.title).toContain("2 acts would be lost");
    await fireEvent.click(button);
    expect(left).toBe(0);
    await fireEvent.click(screen.getByLabelText("They may be lost"));
    await fireEvent.click(button);
    await waitFor(() => expect(left).toBe(1));
  });
});

describe("printed letters that are not at the server", () => {
  const letter = { id: "o1", account: "a1", who: "Northgate (AC-1)", title: "Final notice", at: "2026-10-15T14:00:00Z", bytes: 31_400, stopped: null };

  it("are not spoken of where there are none", async () => {
    await start();
    expect(screen.queryByRole("heading", { name: /Printed letters/ })).toBeNull();
  });

  it("wait by themselves, and what the server does not take is told and sent again", async () => {
    let again = 0;
    const stopped = "An attachment has 1 to 1000 bytes, this one 31400. Scan it smaller, or in parts.";
    await start({ letters: [{ ...letter, stopped }, { ...letter, id: "o2" }] }, { letters: 2 }, { send_letters: () => ((again += 1), { message: "1 letter waits for the server again." }) });
    expect(screen.getByRole("heading", { name: "Printed letters to send 2" })).toBeTruthy();
    expect(screen.getByText(/does not take it: An attachment has 1 to 1000 bytes/)).toBeTruthy();
    await press("Send again");
    await waitFor(() => expect(again).toBe(1));
  });

  it("are named before the team is left with them", async () => {
    await start({ letters: [letter] }, { letters: 1 });
    await press(/^Leave the team/);
    await type("Type dunlin.example.com to confirm", "dunlin.example.com");
    expect(screen.getByRole("button", { name: /^Leave and delete/ }).title).toContain("1 printed letter would be lost");
  });
});

describe("what supervisors do", () => {
  it("is for those whom the server lets: tabs by role", async () => {
    await start();
    expect(screen.getAllByRole("tab")).toHaveLength(1);
  });

  it("takes over what another works", async () => {
    session.place = { screen: "team", id: "people" };
    await start({ role: "supervisor" });
    await fireEvent.click(await screen.findByRole("button", { name: "Take over from Kim Alvarez" }));
    await screen.findByRole("option", { name: /Sam Park/ });
    await fireEvent.change(screen.getByLabelText("To"), { target: { value: "sam" } });
    await press("Take over");
    await waitFor(() => expect(assigned).toEqual([{ login: "sam", accounts: [], add: true, take_over_from: "kim" }]));
    expect(screen.queryByRole("button", { name: /End access/ })).toBeNull();
  });

  it("shows a code only when asked, and revokes a device by name and reason", async () => {
    session.place = { screen: "team", id: "people" };
    const revoked = vi.fn(() => ({ message: "Revoked." }));
    const made = vi.fn(() => ({ code: "meridian-7K2QD" }));
    await start({ role: "administrator" }, {}, { enrolment_code: made, revoke_device: revoked });
    await fireEvent.click(await screen.findByRole("button", { name: "One-time code for Kim Alvarez" }));
    expect(made).not.toHaveBeenCalled();
    await press("Make the code");
    await screen.findByText("meridian-7K2QD");
    await press("Done");
    await press("End access of Kim's laptop");
    await type("Type Kim's laptop to confirm", "Kim's laptop");
    await press("End access");
    expect(revoked).not.toHaveBeenCalled();
    await type("Why", "lost on a train");
    await press("End access");
    await waitFor(() => expect(revoked).toHaveBeenCalledWith({ device: "d1", why: "lost on a train" }));
  });

  it("says who is locked until when, and gives a new password that is shown once", async () => {
    session.place = { screen: "team", id: "people" };
    const made = vi.fn(() => ((locked = ""), { password: "plover-4TQ9-heath" }));
    await start({ role: "administrator" }, {}, { new_password: made });
    locked = "kim";
    session.revision += 1;
    expect((await screen.findByText(/^locked until Oct 15, 2026/)).parentElement?.title).toContain("A new password ends it");
    await press("New password for Kim Alvarez");
    expect(screen.getByRole("dialog").textContent).toContain("The one that Kim Alvarez has ends with it");
    // What it ends can't be brought back: the key that opened the dialog does not make it.
    expect(document.activeElement?.textContent).toContain("Not now");
    expect(made).not.toHaveBeenCalled();
    await press("Make the password");
    expect((await screen.findByLabelText("New password")).textContent).toBe("plover-4TQ9-heath");
    expect(made).toHaveBeenCalledWith({ login: "kim" });
    expect(screen.getByRole("dialog").textContent).toMatch(/shown this once.*in person or by phone.*signs in with it on their device/);
    await press("Done");
    await waitFor(() => expect(screen.queryByText(/^locked until/)).toBeNull());
  });

  it("leaves passwords to administrators", async () => {
    session.place = { screen: "team", id: "people" };
    await start({ role: "auditor" });
    await screen.findByRole("rowheader", { name: "Kim Alvarez" });
    expect(screen.queryByRole("button", { name: /^New password/ })).toBeNull();
  });

  it("reads the audit page by page and afresh by kind", async () => {
    session.place = { screen: "team", id: "audit" };
    const asked: AuditQuery[] = [];
    const line = (number: number) => ({ number, at: "2026-10-15T14:00:00Z", actor: "Kim", kind: "auth.signed_in", summary: `entry ${number}` });
    await start({ role: "auditor" }, {}, { team_audit: (input) => (asked.push(input), { lines: [line(input.below ? 9 : 10)], below: input.below ? null : 10 }) });
    await screen.findByText("entry 10");
    await press("Show older");
    await screen.findByText("entry 9");
    expect(screen.getByText("entry 10")).toBeTruthy();
    await fireEvent.change(screen.getByLabelText("Kind"), { target: { value: "auth." } });
    await waitFor(() => expect(asked.at(-1)).toEqual({ account: "", kind: "auth.", below: null }));
  });
});

describe("small words", () => {
  it("find an account by choice or id", () => {
    const hit = { kind: "customer", account: "00000000000000a1", title: "Northgate", detail: "AC-1" };
    expect(accountOf("", [hit])).toBe("");
    expect(accountOf("Northgate, AC-1", [hit])).toBe("00000000000000a1");
    expect(accountOf("00000000000000A1", [])).toBe("00000000000000a1");
    expect(accountOf("North", [hit])).toBeNull();
    expect(kindWords("auth.signed_in")).toBe("auth: signed in");
  });

  it("tell a clock only when it is far off", () => {
    expect(clockWrong(-119)).toBe(false);
    expect(clockText(60)).toBe("right");
    expect(clockText(-420)).toBe("7 min behind");
    expect(clockText(12_000)).toBe("3 h ahead");
  });
});
