import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { SearchHit } from "../lib/contract";
import { call } from "../lib/ipc";
import { session } from "../lib/session.svelte";
import { answering } from "../testing";
import Palette from "./Palette.svelte";

vi.mock("../lib/ipc", async (original) => ({ ...(await original<typeof import("../lib/ipc")>()), call: vi.fn() }));

const hit = (account: string, title: string): SearchHit => ({ kind: "customer", account, title, detail: "" });
let found: SearchHit[];
let asked: string[];
const ran = vi.fn();

beforeEach(() => {
  found = [];
  asked = [];
  ran.mockClear();
  session.place = { screen: "day" };
  vi.mocked(call).mockImplementation(answering({ search: (input) => (asked.push(input.text), found) }) as typeof call);
});

async function type(text: string) {
  render(Palette, { commands: [{ label: "Lock", run: ran }], onclose: () => undefined });
  await fireEvent.input(screen.getByRole("combobox"), { target: { value: text } });
  await waitFor(() => expect(asked).toEqual([text]));
}

const enter = () => fireEvent.keyDown(screen.getByRole("combobox"), { key: "Enter" });

test("what was looked for in vain is found when it comes", async () => {
  await type("Northgate");
  expect(screen.getByText(/^Nothing found/)).toBeTruthy();
  found = [hit("a1", "Northgate Dental")];
  session.revision += 1;
  await screen.findByText("Northgate Dental");
  expect(screen.queryByText(/^Nothing found/)).toBeNull();
  await enter();
  expect(session.place).toEqual({ screen: "account", id: "a1" });
});

test("what comes leaves a chosen command chosen", async () => {
  await type("lock");
  found = [hit("a2", "Lockhart Supply")];
  session.revision += 1;
  await screen.findByText("Lockhart Supply");
  await enter();
  expect(ran).toHaveBeenCalledOnce();
  expect(session.place).toEqual({ screen: "day" });
});

test("what was found stays under the hand", async () => {
  found = [hit("a1", "Northgate Dental")];
  await type("Northgate");
  await screen.findByText("Northgate Dental");
  found = [hit("a9", "Northgate Annex"), hit("a1", "Northgate Dental")];
  session.revision += 1;
  await tick();
  expect(asked).toEqual(["Northgate"]);
  await enter();
  expect(session.place).toEqual({ screen: "account", id: "a1" });
});

test("nothing is looked for while nothing is typed", async () => {
  render(Palette, { commands: [{ label: "Lock", run: ran }], onclose: () => undefined });
  session.revision += 1;
  await tick();
  expect(asked).toEqual([]);
});
