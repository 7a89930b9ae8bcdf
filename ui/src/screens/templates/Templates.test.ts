import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { SaveTemplate, TemplateView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import { drafts } from "./drafts.svelte";
import Templates from "./Templates.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

function template(part: Partial<TemplateView>): TemplateView {
  return {
    key: "dunning_1", name: "First reminder", channel: "letter", subject: "Your account", body: "Dear {customer},\nplease pay.", changed: false,
    placeholders: [{ name: "amount_due", description: "What is past due" }], ...part,
  };
}

const letter = template({});
const email = template({ channel: "email", name: "First reminder by email", body: "Hello {customer}" });
let saved: SaveTemplate[];

function answer(more: Answers = {}) {
  saved = [];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      templates: () => [letter, email],
      preview_template: () => ({ pages: [], subject: "", plain: "", html: "", refusal: null }),
      save_template: (input) => (saved.push(input), { message: "Saved." }),
      reset_template: () => ({ message: "Reset." }),
      ...more,
    }) as typeof call,
  );
}

const text = () => screen.getByLabelText<HTMLTextAreaElement>("Text");

beforeEach(() => {
  session.notice = null;
  drafts.drop(letter);
  drafts.drop(email);
  answer();
});

describe("Templates", () => {
  it("keeps what was typed when another text is looked at, and marks it", async () => {
    render(Templates);
    await screen.findByRole("heading", { name: "First reminder" });
    await fireEvent.input(text(), { target: { value: "Dear all" } });
    await fireEvent.click(screen.getByRole("button", { name: "First reminder by email" }));
    expect(text().value).toBe("Hello {customer}");
    await fireEvent.click(screen.getByRole("button", { name: "First reminder unsaved" }));
    expect(text().value).toBe("Dear all");

    await fireEvent.input(text(), { target: { value: letter.body } });
    expect(screen.queryByText("unsaved")).toBeNull();
  });

  it("keeps what was typed when the screen is left and when saving fails", async () => {
    answer({ save_template: () => { throw failure("invalid", "line 2, column 1: {amout} is not known here", "body"); } });
    const first = render(Templates);
    await screen.findByRole("heading", { name: "First reminder" });
    await fireEvent.input(text(), { target: { value: "Dear\n{amout}" } });
    await fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText(/line 2, column 1/);
    expect(text().getAttribute("aria-invalid")).toBe("true");
    await fireEvent.click(screen.getByRole("button", { name: "Go to it" }));
    expect(text().selectionStart).toBe("Dear\n".length);
    first.unmount();
    render(Templates);
    await screen.findByRole("heading", { name: "First reminder" });
    expect(text().value).toBe("Dear\n{amout}");
  });

  it("writes a placeholder where the cursor is", async () => {
    render(Templates);
    await screen.findByRole("heading", { name: "First reminder" });
    text().setSelectionRange(5, 15);
    await fireEvent.click(screen.getByRole("button", { name: /\{amount_due\}/ }));
    expect(text().value).toBe("Dear {amount_due},\nplease pay.");
    expect(text().selectionStart).toBe(17);
  });

  it("saves, and takes the save back with what was typed", async () => {
    const reset = vi.fn(() => ({ message: "Reset." }));
    answer({ reset_template: reset });
    render(Templates);
    await screen.findByRole("heading", { name: "First reminder" });
    await fireEvent.input(text(), { target: { value: "Dear all" } });
    await fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(session.notice?.undo).toBeTruthy());
    expect(saved).toEqual([{ key: "dunning_1", channel: "letter", subject: "Your account", body: "Dear all" }]);
    expect(drafts.has(letter)).toBe(false);
    await session.undo();
    expect(reset).toHaveBeenCalledWith({ key: "dunning_1", channel: "letter" });
    expect(drafts.of(letter).body).toBe("Dear all");
  });
});
