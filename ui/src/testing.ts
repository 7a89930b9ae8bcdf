/** For tests: answers to commands in place of the shell, as the app would give them. */
import type { Commands, ErrorCode, LinkView, SessionView } from "./lib/contract";
import { Failure } from "./lib/ipc";

export type Answers = { [Name in keyof Commands]?: (input: Commands[Name]["input"]) => Commands[Name]["output"] };

/** A `call` that answers from the table and refuses whatever is not in it. */
export function answering(answers: Answers) {
  return async (name: string, input: unknown): Promise<unknown> => {
    const answer = answers[name as keyof Commands] as ((input: unknown) => unknown) | undefined;
    if (!answer) throw failure("not_found", `No answer to "${name}".`);
    return answer(input);
  };
}

export function failure(code: ErrorCode, message: string, field: string | null = null): Failure {
  return new Failure({ code, message, remedy: "", field, supervisor: false, until: null, reasons: [] });
}

export function linkView(part: Partial<LinkView> = {}): LinkView {
  return { state: "alone", text: "", detail: "", fresh_at: null, queued: 0, refused: 0, refusals: [], letters: 0, done: 0, total: 0, ...part };
}

export function sessionView(part: Partial<SessionView> = {}): SessionView {
  return {
    stage: "ready",
    problem: null,
    keychain: true,
    keychain_note: null,
    database_path: "dunlin.db",
    user: "Robin",
    role: "specialist",
    today: "2026-10-15",
    last_import: null,
    planned_at: null,
    outbox_waiting: 0,
    outbox_unknown: 0,
    accounts: 1,
    sample: false,
    link: linkView(),
    ...part,
  };
}
