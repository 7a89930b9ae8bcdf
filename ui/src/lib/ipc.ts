/** The only file that talks to the shell. */
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen, TauriEvent } from "@tauri-apps/api/event";

import type { ApiError, Commands, Progress } from "./contract";

export type CommandName = keyof Commands;

/** A refusal or failure as the app words it. */
export class Failure extends Error {
  readonly api: ApiError;

  constructor(api: ApiError) {
    super(api.message);
    this.api = api;
  }
}

function isApiError(value: unknown): value is ApiError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** Runs a command; throws a `Failure`. */
export async function call<Name extends CommandName>(
  name: Name,
  input: Commands[Name]["input"],
): Promise<Commands[Name]["output"]> {
  try {
    return await invoke<Commands[Name]["output"]>(name, { input });
  } catch (error) {
    throw new Failure(
      isApiError(error)
        ? error
        : {
            code: "failed",
            message: `Dunlin could not run "${name}": ${String(error)}`,
            remedy: "Try again; if it stays, restart Dunlin.",
            field: null,
            supervisor: false,
            until: null,
            reasons: [],
          },
    );
  }
}

/** Hears a long job's progress; returns how to stop hearing. */
export async function onProgress(hear: (progress: Progress) => void): Promise<() => void> {
  if (!isTauri()) return () => undefined;
  return listen<Progress>("progress", (event) => hear(event.payload));
}

/** Hears that something changed behind the window's back: a planned day, a sent email. */
export async function onChanged(hear: (what: string) => void): Promise<() => void> {
  if (!isTauri()) return () => undefined;
  return listen<string>("changed", (event) => hear(event.payload));
}

/** Where a dragged file is: over the window, let go on it, or away again. */
export type Drop = { over: boolean; paths: string[] };

/** Hears files that are dragged onto the window; the shell names them by their full paths. */
export async function onDrop(hear: (drop: Drop) => void): Promise<() => void> {
  if (!isTauri()) return () => undefined;
  const stops = await Promise.all([
    listen(TauriEvent.DRAG_ENTER, () => hear({ over: true, paths: [] })),
    listen(TauriEvent.DRAG_LEAVE, () => hear({ over: false, paths: [] })),
    listen<{ paths: string[] }>(TauriEvent.DRAG_DROP, (event) => hear({ over: false, paths: event.payload.paths })),
  ]);
  return () => stops.forEach((stop) => stop());
}
