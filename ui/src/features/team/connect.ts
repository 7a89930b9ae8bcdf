/** What must hold before a connection is tried, so that a slip is told in place and not by a server. */
import type { ConnectTeam } from "../../lib/contract";

/** The form as typed. */
export interface ConnectFields {
  server: string;
  code: string;
  password: string;
  device: string;
  authority: string;
  passphrase: string;
  again: string;
}

export type Problems = Partial<Record<keyof ConnectFields, string>>;

/** As the server counts it, and as the database's own passphrase is counted. */
const SHORTEST = 12;
const near = ["localhost", "127.0.0.1", "[::1]"];

/** The address with its scheme: `team.example` means `https://team.example`. */
export function address(typed: string): string {
  const trimmed = typed.trim().replace(/\/+$/, "");
  return trimmed === "" || trimmed.includes("://") ? trimmed : `https://${trimmed}`;
}

/** The server's name as people say it: host, and port where it is not the usual one. */
export function serverName(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}

function serverProblem(typed: string): string | null {
  const full = address(typed);
  if (!URL.canParse(full)) return "That is no address; it looks like https://dunlin.example.com.";
  const url = new URL(full);
  if (url.protocol === "http:" && !near.includes(url.hostname)) return "Only https:// is safe over a network; http:// works for this computer itself.";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "Begin with https://.";
  if (url.username || url.password) return "Leave name and password out of the address; the password has its own field.";
  if (url.pathname !== "/" || url.search || url.hash) return "Only the server: what follows its name must be left out.";
  return null;
}

function authorityProblem(typed: string): string | null {
  if (typed.includes("PRIVATE KEY")) return "That holds a private key. Remove it here, and tell your administrator; only the certificate is needed.";
  return typed.includes("-----BEGIN CERTIFICATE-----") && typed.includes("-----END CERTIFICATE-----")
    ? null
    : "That is no PEM certificate; it begins with -----BEGIN CERTIFICATE-----.";
}

/** What is wrong with what was typed; an empty field is not wrong yet. */
export function problems(form: ConnectFields, asksPassphrase: boolean): Problems {
  const found: Problems = {};
  const set = (name: keyof ConnectFields, problem: string | null) => {
    if (problem) found[name] = problem;
  };
  if (form.server.trim()) set("server", serverProblem(form.server));
  if (form.code.trim()) {
    // A code names the organisation, then twenty signs; dashes and blanks within those don't count.
    const signs = form.code.trim().split("-").slice(1).join("").replace(/\s/g, "");
    const short = /^[a-z0-9]{2,20}$/i.test(form.code.trim());
    if (short && form.password) set("code", "A password goes with the whole code; leave it empty to sign in with your organization's provider.");
    else if (!short && signs.length < 20) set("code", "That is not the whole code; it looks like example-7K2QD-93MXA-0BC4D-ZZ1T8.");
    if (form.password && form.password.length < SHORTEST) set("password", `At least ${SHORTEST} characters.`);
  }
  if (form.device.trim().length > 80) set("device", "At most 80 characters.");
  if (form.authority.trim()) set("authority", authorityProblem(form.authority));
  if (asksPassphrase) {
    if (form.passphrase && form.passphrase.length < SHORTEST) set("passphrase", `At least ${SHORTEST} characters: four ordinary words are good.`);
    if (form.again && form.again !== form.passphrase) set("again", "The two differ.");
  }
  return found;
}

/** Why it can't be tried yet; null when it can. */
export function blocked(form: ConnectFields, asksPassphrase: boolean): string | null {
  if (!form.server.trim()) return "Write the server's address first.";
  if (!form.code.trim()) return "Write the code, or your organization's short name, first.";
  if (!form.device.trim()) return "Give this device a name first.";
  if (asksPassphrase && (!form.passphrase || form.again !== form.passphrase)) return "Choose a passphrase first, and type it twice.";
  return Object.keys(problems(form, asksPassphrase)).length > 0 ? "Mend the marked fields first." : null;
}

/** What is sent: without a password the organisation's provider asks for its own. */
export function request(form: ConnectFields, asksPassphrase: boolean): ConnectTeam {
  return {
    server: address(form.server),
    code: form.code.trim(),
    password: form.password,
    device: form.device.trim(),
    authority: form.authority.trim() || null,
    passphrase: asksPassphrase ? form.passphrase : null,
  };
}
