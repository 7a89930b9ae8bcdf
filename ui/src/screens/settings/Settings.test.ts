import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { BackupRequest, MailAccountView, SaveMailAccount, SettingsView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import Settings from "./Settings.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const settings: SettingsView = {
  user: "Robin", role: "specialist", company: "Meridian Fiber", return_address: ["PO Box 118"], remit_to: [], phone: "", email: "", website: "", hours: "",
  logo: null, envelope: "single", mailer_id: "", service_type: "300", theme: "light", lock_minutes: 15, ach_company_id: "", mode: "first_party",
};
const mail: MailAccountView = {
  preset: "generic", host: "mail.meridian.example", port: 587, security: "starttls", auth: "password", user: "", from_address: "care@meridian.example",
  from_name: "", reply_to: "", client_id: "", token_endpoint: "", authorize_endpoint: "", ca_file: "", has_secret: true, configured: true,
};

let kept: SettingsView[];
let mails: SaveMailAccount[];
let restored: BackupRequest[];

async function start(more: Answers = {}) {
  kept = [];
  mails = [];
  restored = [];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      settings: () => kept.at(-1) ?? settings,
      save_settings: (input) => (kept.push(structuredClone(input)), { message: "The settings are saved." }),
      mail_account: () => mail,
      save_mail_account: (input) => (mails.push(input), { message: "The mail account is saved." }),
      test_mail_account: (input) => (mails.push(input), { ok: false, steps: [{ name: "Sign in", ok: false, detail: "535 check the password" }] }),
      restore: (input) => (restored.push(input), { path: "", message: "The backup is restored." }),
      ...more,
    }) as typeof call,
  );
  render(Settings);
  await screen.findByLabelText("Company");
  await screen.findByLabelText("Server");
}

const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

beforeEach(() => {
  session.view = sessionView();
  session.notice = null;
});

describe("Settings", () => {
  it("keeps a theme at once, and only that", async () => {
    await start();
    const changed = vi.fn();
    window.addEventListener("dunlin-theme", changed);
    await type("Company", "Half typed");
    await fireEvent.click(screen.getByLabelText("Dark"));
    await waitFor(() => expect(changed).toHaveBeenCalled());
    window.removeEventListener("dunlin-theme", changed);
    expect(kept).toEqual([{ ...settings, theme: "dark" }]);
    expect(screen.getByLabelText<HTMLInputElement>("Company").value).toBe("Half typed");
  });

  it("saves address lines without empty ones and keeps what was typed when it is refused", async () => {
    await start();
    await type("Return address", " PO Box 7 \n\nBoise, ID 83702\n");
    await press("Save settings");
    await waitFor(() => expect(kept).toHaveLength(1));
    expect(kept[0]?.return_address).toEqual(["PO Box 7", "Boise, ID 83702"]);

    vi.mocked(call).mockRejectedValueOnce(failure("invalid", "It is not a mailer id.", "mailer_id"));
    await type("USPS mailer id", "123456");
    await press("Save settings");
    await screen.findByText("It is not a mailer id.");
    expect(screen.getByLabelText<HTMLInputElement>("USPS mailer id").value).toBe("123456");
  });

  it("tests the mail account as typed and sends a secret only when one was typed", async () => {
    await start();
    await press("Test it");
    await screen.findByText("535 check the password");
    expect(mails[0]).toEqual({ account: mail, secret: null });
    await type("Password", "correct horse");
    await press("Save mail account");
    await waitFor(() => expect(mails).toHaveLength(2));
    expect(mails[1]?.secret).toBe("correct horse");
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe(""));
  });

  it("restores only after the backup's name was typed", async () => {
    await start();
    await type("Backup file", "/backups/october.dunlin");
    await type("Its passphrase", "four ordinary words");
    await press("Restore this backup");
    await type("Type october.dunlin to confirm", "october");
    await press("Restore");
    expect(restored).toEqual([]);
    await type("Type october.dunlin to confirm", "october.dunlin");
    await press("Restore");
    await waitFor(() => expect(restored).toEqual([{ path: "/backups/october.dunlin", passphrase: "four ordinary words" }]));
  });
});
