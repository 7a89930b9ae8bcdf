import { describe, expect, it } from "vitest";

import { linkView } from "../testing";
import { ago, announcement, assigns, face, fetching, managesPeople, readsAudit, seesPeople, settled } from "./link";

const now = Date.parse("2026-11-22T14:00:00Z");
const fresh_at = "2026-11-22T13:58:00Z";

describe("the frame's word on the server", () => {
  it("shows nothing where Dunlin works alone", () => {
    expect(face(linkView(), now)).toBeNull();
  });

  it("tells freshness, what waits and how far a fetch is", () => {
    expect(face(linkView({ state: "up_to_date", fresh_at }), now)?.text).toBe("Up to date, 2 min ago");
    expect(face(linkView({ state: "offline", fresh_at, queued: 3 }), now)?.text).toBe("Offline, 3 waiting");
    expect(face(linkView({ state: "offline", queued: 3, letters: 1 }), now)?.text).toBe("Offline, 3 waiting, 1 letter to send");
    expect(face(linkView({ state: "up_to_date", fresh_at, letters: 2 }), now)?.text).toBe("Up to date, 2 min ago, 2 letters to send");
    expect(face(linkView({ state: "offline", fresh_at }), now)?.text).toBe("Offline, last exchange 2 min ago");
    expect(face(linkView({ state: "busy", queued: 1_204 }), now)?.text).toBe("Exchanging, 1,204 waiting");
    expect(face(linkView({ state: "fetching", done: 17, total: 42 }), now)?.text).toBe("Fetching the team's data, 17 of 42");
    expect(face(linkView({ state: "sign_in" }), now)?.text).toBe("Sign in again");
    expect(face(linkView({ state: "stopped", queued: 2 }), now)?.text).toBe("Stopped, 2 waiting");
    expect(face(linkView({ state: "pull_only" }), now)?.text).toBe("Update Dunlin to send");
  });

  it("has a sign beside every colour", () => {
    for (const state of ["up_to_date", "busy", "fetching", "offline", "pull_only", "sign_in", "stopped"] as const) {
      expect(face(linkView({ state }), now)?.sign).not.toBe("");
    }
  });

  it("counts time as people do, and never below zero when clocks differ", () => {
    expect(ago("2026-11-22T13:59:31Z", now)).toBe("just now");
    expect(ago("2026-11-22T14:05:00Z", now)).toBe("just now");
    expect(ago("2026-11-22T11:00:00Z", now)).toBe("3 h ago");
    expect(ago("2026-11-21T13:00:00Z", now)).toBe("25 h ago");
    expect(ago("2026-11-18T13:00:00Z", now)).toBe("4 days ago");
  });

  it("takes an interrupted first fetch for incomplete", () => {
    expect(fetching(linkView({ state: "fetching" }))).toBe(true);
    expect(fetching(linkView({ state: "fetching", fresh_at }))).toBe(true);
    expect(fetching(linkView({ state: "offline" }))).toBe(true);
    expect(fetching(linkView({ state: "busy" }))).toBe(true);
    expect(fetching(linkView({ state: "offline", fresh_at }))).toBe(false);
    expect(fetching(linkView({ state: "up_to_date" }))).toBe(false);
    expect(fetching(linkView())).toBe(false);
  });
});

describe("what a screen reader hears", () => {
  const fine = linkView({ state: "up_to_date" });
  const offline = linkView({ state: "offline" });

  it("is nothing at the start, between tries, and while nothing changes", () => {
    expect(announcement(null, offline)).toBe("");
    expect(announcement(offline, { ...offline, queued: 4 })).toBe("");
    expect(settled(linkView({ state: "busy" }))).toBe(false);
  });

  it("is the outage and its end", () => {
    expect(announcement(fine, offline)).toContain("Offline");
    expect(announcement(offline, fine)).toBe("Connected to the team's server again.");
    expect(announcement(linkView({ state: "fetching" }), fine)).toBe("The team's data are complete.");
  });

  it("is what a person must do, with the reason", () => {
    expect(announcement(fine, linkView({ state: "sign_in", detail: "It ended after 30 days." }))).toBe("Sign in at the team's server again. It ended after 30 days.");
    expect(announcement(fine, linkView({ state: "stopped", detail: "Ask for a new code." }))).toContain("Ask for a new code.");
  });

  it("is each new refusal, not the old ones", () => {
    expect(announcement({ ...fine, refused: 1 }, { ...fine, refused: 3 })).toBe("The team's server refused 2 acts; see Team.");
    expect(announcement({ ...fine, refused: 3 }, { ...fine, refused: 2 })).toBe("");
  });
});

describe("roles", () => {
  it("are the server's: who sees people, manages them, assigns, reads the audit", () => {
    const table = ["specialist", "supervisor", "administrator", "auditor"].map((role) => [seesPeople(role), managesPeople(role), assigns(role), readsAudit(role)]);
    expect(table).toEqual([
      [false, false, false, false],
      [true, false, true, true],
      [true, true, false, false],
      [true, false, false, true],
    ]);
  });
});
