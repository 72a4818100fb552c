import { expect, test } from "vitest";

// environment/ is JavaScript; its types are in its comments.
const { select } = (await import(
  /* @vite-ignore */ new URL("../../environment/run/notebooks.mjs", import.meta.url).href
)) as {
  select(notebooks: { name: string; figures: string[] }[], wanted: string[]): { name: string }[];
};
const notebooks = [
  { name: "one2020-fig1", figures: ["one2020-fig1a", "one2020-fig1b"] },
  { name: "one2020-text", figures: [] },
  { name: "one2020b-fig1", figures: ["one2020b-fig1"] },
];
const chosen = (...wanted: string[]): string[] => select(notebooks, wanted).map(({ name }) => name);

test("a paper stands for all its notebooks, a figure or a name for one, nothing for all", () => {
  expect(chosen("one2020")).toEqual(["one2020-fig1", "one2020-text"]);
  expect(chosen("one2020-fig1b")).toEqual(["one2020-fig1"]);
  expect(chosen("one2020-text", "one2020b")).toEqual(["one2020-text", "one2020b-fig1"]);
  expect(chosen()).toHaveLength(3);
});

test("a part of a name is none, and refused", () => {
  expect(() => chosen("one20")).toThrow(/Unknown figure "one20"/);
});
