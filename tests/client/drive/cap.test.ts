import { expect, it } from "vitest";
import { createCap } from "../../../src/client/drive/cap.ts";

it("has so many places, and calls those that wait in their order as places become free", () => {
  const cap = createCap(2);
  const called: string[] = [];
  const take = (name: string) => () => void (cap.take() && called.push(name));
  expect([cap.take(), cap.take(), cap.take()]).toEqual([true, true, false]);
  for (const name of ["first", "second", "third"]) cap.wait(take(name));
  expect(called).toEqual([]);
  cap.release();
  expect(called).toEqual(["first"]);
  cap.release();
  cap.release();
  expect(called).toEqual(["first", "second", "third"]);
});

it("goes on to the next where one that waited takes no place after all", () => {
  const cap = createCap(1);
  cap.take();
  const called: string[] = [];
  cap.wait(() => void called.push("over"));
  cap.wait(() => void (cap.take() && called.push("taken")));
  cap.release();
  expect(called).toEqual(["over", "taken"]);
  expect(cap.take()).toBe(false);
});
