import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";

import { failure } from "../testing";
import ErrorBox from "./ErrorBox.svelte";

const reason = (rule: string, text: string) => ({ rule, version: "v1", text });

it("says each reason of a refusal once", () => {
  const error = { ...failure("refused", "Too long, until 2026-09-06. Too little down").api, reasons: [reason("ARR-3", "Too long, until 2026-09-06"), reason("ARR-1", "Too little down")] };
  render(ErrorBox, { error });
  expect(screen.getAllByText(/Too little down/)).toHaveLength(1);
  expect(screen.getByText(/until Sep 6, 2026/)).toBeTruthy();
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
});
