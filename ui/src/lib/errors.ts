/** One table from error code to severity and heading; text and remedy come with the error. */
import type { ApiError, ErrorCode } from "./contract";
import { Failure } from "./ipc";

export type Severity = "blocked" | "problem" | "notice";

export const errorTable: Record<ErrorCode, { severity: Severity; heading: string }> = {
  refused: { severity: "blocked", heading: "Not allowed now" },
  invalid: { severity: "problem", heading: "Please check" },
  not_ready: { severity: "notice", heading: "The database is locked" },
  in_use: { severity: "problem", heading: "Already open" },
  wrong_key: { severity: "problem", heading: "The key does not fit" },
  wrong_passphrase: { severity: "problem", heading: "That passphrase does not open it" },
  key_lost: { severity: "problem", heading: "The key is missing" },
  keychain_locked: { severity: "problem", heading: "The keychain is locked" },
  damaged: { severity: "problem", heading: "The database is damaged" },
  newer_schema: { severity: "problem", heading: "Made by a newer Dunlin" },
  disk_full: { severity: "problem", heading: "The disk is full" },
  cancelled: { severity: "notice", heading: "Cancelled" },
  sign_in_refused: { severity: "problem", heading: "The sign-in was refused" },
  offline: { severity: "notice", heading: "No connection" },
  not_found: { severity: "problem", heading: "Not found" },
  failed: { severity: "problem", heading: "That did not work" },
};

/** The error as the app words it, whatever was thrown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof Failure) return error.api;
  return {
    code: "failed",
    message: error instanceof Error ? error.message : String(error),
    remedy: "Try again; if it stays, restart Dunlin.",
    field: null,
    supervisor: false,
    until: null,
    reasons: [],
  };
}
