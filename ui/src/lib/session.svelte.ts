/** What the frame always shows, and where the person is. */
import type { Act, ApiError, LinkView, Progress, SessionView } from "./contract";
import { asApiError } from "./errors";
import { call, onChanged, onProgress } from "./ipc";

export type ScreenName =
  | "day"
  | "accounts"
  | "account"
  | "letters"
  | "outbox"
  | "import"
  | "templates"
  | "policy"
  | "team"
  | "settings";

export interface Place {
  screen: ScreenName;
  /** Account or run id, where the screen has one. */
  id?: string;
}

/** What the team's server refused, to be edited and done again on its account. */
export interface Retry {
  number: number;
  account: string;
  act: Act;
  why: string;
  remedy: string;
}

interface Notice {
  text: string;
  error: ApiError | null;
  undo: (() => Promise<void>) | null;
  /** What it tells of, by its numbers in the queue for the team's server. */
  numbers?: number[];
}

class Session {
  view = $state<SessionView | null>(null);
  place = $state<Place>({ screen: "day" });
  #notice = $state<Notice | null>(null);
  jobs = $state<Record<string, Progress>>({});
  /** Rises when data changed, so that screens load again. */
  revision = $state(0);
  #back: Place[] = [];
  #retry: Retry | null = null;
  /** How the last act is taken back; outlives its notice. */
  #undo: (() => Promise<void>) | null = null;
  #undoes: Notice | null = null;

  /** Last outcome or error; the live region reads it. */
  get notice(): Notice | null {
    return this.#notice;
  }

  set notice(notice: Notice | null) {
    this.#notice = notice;
    if (notice?.undo) [this.#undo, this.#undoes] = [notice.undo, notice];
  }

  get today(): string {
    return this.view?.today ?? new Date().toISOString().slice(0, 10);
  }

  /** How it stands with the team's server; null when working alone. */
  get link(): LinkView | null {
    const link = this.view?.link;
    return link && link.state !== "alone" ? link : null;
  }

  async start(): Promise<void> {
    await onProgress((progress) => {
      this.jobs[progress.job] = progress;
    });
    await onChanged(() => {
      this.revision += 1;
      void this.refresh();
    });
    await this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      this.view = await call("session", {});
      this.#heed(this.view.link.refusals);
    } catch (error) {
      this.fail(error);
    }
  }

  /** What the team's server refused is not told as done any more, and is not taken back. */
  #heed(refusals: number[]): void {
    const refused = (notice: Notice | null) => notice?.numbers?.some((number) => refusals.includes(number)) ?? false;
    if (refused(this.#undoes)) this.#undo = this.#undoes = null;
    const notice = this.#notice;
    if (!notice || !refused(notice)) return;
    const error: ApiError = {
      code: "refused",
      message: `The team's server refused this: ${notice.text}`,
      remedy: "It is not done. The reason stands on the Team screen, where you can edit it and try again.",
      field: null,
      supervisor: false,
      until: null,
      reasons: [],
    };
    this.notice = { text: error.message, error, undo: null };
  }

  go(place: Place): void {
    this.#back.push(this.place);
    this.place = place;
  }

  /** Opens the account with the refused act's form. */
  retry(retry: Retry): void {
    this.#retry = retry;
    this.go({ screen: "account", id: retry.account });
  }

  /** Given out once, so that coming back to the account does not open the form again. */
  takeRetry(account: string): Retry | null {
    const retry = this.#retry?.account === account ? this.#retry : null;
    this.#retry = null;
    return retry;
  }

  back(): void {
    this.place = this.#back.pop() ?? { screen: "day" };
  }

  /** Data changed by this window: load again and say what happened. */
  done(text: string, undo: (() => Promise<void>) | null = null, numbers: number[] = []): void {
    this.notice = { text, error: null, undo, numbers };
    if (!undo) this.#undo = this.#undoes = null;
    this.revision += 1;
    void this.refresh();
  }

  fail(error: unknown): void {
    const api = asApiError(error);
    this.notice = { text: api.message, error: api, undo: null };
    if (api.code === "not_ready") void this.refresh();
  }

  async undo(): Promise<void> {
    const undo = this.#undo;
    if (!undo) return;
    this.#undo = null;
    this.notice = null;
    try {
      await undo();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Runs long work under a name of its own; its progress shows in the status bar. */
  async job<T>(work: (job: string) => Promise<T>): Promise<T> {
    const job = crypto.randomUUID();
    this.jobs[job] = { job, label: "Starting", done: 0, total: 0 };
    try {
      return await work(job);
    } finally {
      this.jobs = Object.fromEntries(Object.entries(this.jobs).filter(([name]) => name !== job));
    }
  }
}

export const session = new Session();
