import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import type { ConnectTeam, TeamView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { answering, failure, linkView, type Answers } from "../../testing";
import ConnectForm from "./ConnectForm.svelte";
import { address, blocked, problems, request, serverName, type ConnectFields } from "./connect";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const code = "meridian-7K2QD-93MXA-0BC4D-ZZ1T8";
const fields = (part: Partial<ConnectFields> = {}): ConnectFields => ({
  server: "dunlin.example.com", code, password: "four ordinary words", device: "Robin's laptop", authority: "", passphrase: "", again: "", ...part,
});

describe("the connection's fields", () => {
  it("are fine as given, and the scheme may be left out", () => {
    expect(problems(fields(), false)).toEqual({});
    expect(blocked(fields(), false)).toBeNull();
    expect(request(fields(), false)).toEqual({
      server: "https://dunlin.example.com", code, password: "four ordinary words", device: "Robin's laptop", authority: null, passphrase: null,
    });
    expect(address(" https://dunlin.example.com/ ")).toBe("https://dunlin.example.com");
    expect(serverName("https://dunlin.example.com:8443")).toBe("dunlin.example.com:8443");
  });

  it("take plain http to this computer only", () => {
    expect(problems(fields({ server: "http://localhost:8787" }), false)).toEqual({});
    expect(problems(fields({ server: "http://[::1]:8787" }), false)).toEqual({});
    expect(problems(fields({ server: "http://dunlin.example.com" }), false).server).toContain("https://");
    expect(problems(fields({ server: "http://localhost.evil.example" }), false).server).toContain("https://");
  });

  it("name no secret, no path and no other scheme in the address", () => {
    expect(problems(fields({ server: "https://robin:secret@dunlin.example.com" }), false).server).toContain("password");
    expect(problems(fields({ server: "https://dunlin.example.com/v1" }), false).server).toContain("left out");
    expect(problems(fields({ server: "ftp://dunlin.example.com" }), false).server).toBeDefined();
    expect(problems(fields({ server: "not an address" }), false).server).toBeDefined();
  });

  it("want the whole code, however it is spaced", () => {
    expect(problems(fields({ code: "meridian-7k2qd 93mxa 0bc4d zz1t8" }), false)).toEqual({});
    expect(problems(fields({ code: "meridian-7K2QD-93MXA" }), false).code).toContain("whole code");
    expect(problems(fields({ password: "short" }), false).password).toContain("12");
  });

  it("need no password where the organization's provider asks for its own", () => {
    expect(blocked(fields({ password: "" }), false)).toBeNull();
    expect(blocked(fields({ code: "meridian", password: "" }), false)).toBeNull();
    expect(problems(fields({ code: "meridian" }), false).code).toContain("whole code");
    expect(blocked(fields({ code: "", password: "" }), false)).toContain("code");
  });

  it("take a certificate and never a key", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    expect(problems(fields({ authority: pem }), false)).toEqual({});
    expect(request(fields({ authority: pem }), false).authority).toBe(pem);
    expect(problems(fields({ authority: "-----BEGIN CERTIFICATE-----" }), false).authority).toBeDefined();
    expect(problems(fields({ authority: `${pem}\n-----BEGIN PRIVATE KEY-----` }), false).authority).toContain("private key");
  });

  it("ask for a passphrase only where nothing else keeps the key", () => {
    expect(blocked(fields(), true)).toContain("passphrase");
    expect(blocked(fields({ passphrase: "four ordinary words", again: "four ordinary word" }), true)).toContain("passphrase");
    expect(blocked(fields({ passphrase: "short", again: "short" }), true)).toContain("marked");
    expect(blocked(fields({ passphrase: "four ordinary words", again: "four ordinary words" }), true)).toBeNull();
  });
});

describe("ConnectForm", () => {
  const onconnected = vi.fn();
  let sent: ConnectTeam[];

  function start(more: Answers = {}) {
    sent = [];
    onconnected.mockReset();
    vi.mocked(call).mockImplementation(answering({ connect_team: (input) => (sent.push(input), { link: linkView({ state: "fetching" }) } as TeamView), ...more }) as typeof call);
    render(ConnectForm, { asksPassphrase: false, onconnected });
  }
  const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
  async function fill() {
    await type("Server address", "dunlin.example.com");
    await type("One-time code", code);
    await type("Password", "four ordinary words");
    await type("Name of this device", "Robin's laptop");
  }

  it("says what is missing and sends nothing until it is there", async () => {
    start();
    const button = screen.getByRole("button", { name: /provider/ });
    expect(button.title).toContain("address");
    await fireEvent.click(button);
    expect(sent).toEqual([]);
  });

  it("signs in with the provider while there is no password, and connects with one", async () => {
    start();
    await fill();
    expect(screen.queryByRole("button", { name: /provider/ })).toBeNull();
    await fireEvent.click(screen.getByRole("button", { name: "Connect" }));
    await waitFor(() => expect(onconnected).toHaveBeenCalled());
    expect(sent[0]).toMatchObject({ server: "https://dunlin.example.com", code, authority: null, passphrase: null });
    expect(screen.queryByLabelText<HTMLInputElement>("Password")?.value ?? "").toBe("");
  });

  it("keeps what was typed when it is refused, and says so at the field", async () => {
    start({ connect_team: () => { throw failure("invalid", "The code is not good any more.", "code"); } });
    await fill();
    await fireEvent.click(screen.getByRole("button", { name: "Connect" }));
    await screen.findByText("The code is not good any more.");
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("four ordinary words");
    expect(onconnected).not.toHaveBeenCalled();
  });
});
