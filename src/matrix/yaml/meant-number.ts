/** The values that a unit after a number may mean, in the member's own unit: `30s` of `seconds` is 30. */
const units: Readonly<Record<string, (value: number, member: string) => number[]>> = {
  "": (value) => [value],
  "%": (value) => [value / 100],
  ...Object.fromEntries(
    ["k", "m", "g", "t"].flatMap((letter, index) => {
      const [decimal, binary] = [1000 ** (index + 1), 1024 ** (index + 1)];
      return [
        [letter, (value: number) => [value * decimal, value * binary]],
        [`${letter}b`, (value: number) => [value * decimal, value * binary]],
        [`${letter}ib`, (value: number) => [value * binary]],
      ];
    }),
  ),
  m: (value, member) => (isTime(member) ? [inUnit(value * 60, member)] : [value * 1_000_000, value * 1024 ** 2]),
  min: (value, member) => [inUnit(value * 60, member)],
  h: (value, member) => [inUnit(value * 3600, member)],
  s: (value, member) => [inUnit(value, member)],
  sec: (value, member) => [inUnit(value, member)],
  ms: (value, member) => [inUnit(value / 1000, member)],
};

const isTime = (member: string): boolean => /seconds$|_s$|_ms$/.test(member);
const inUnit = (seconds: number, member: string): number => (member.endsWith("_ms") ? seconds * 1000 : seconds);

/** How to write a number that was written as a text: "10%", "2m", "32k", "1,024"; null where it is none. `isQuoted`: its file has quotes. */
export function meantNumber(text: string, member: string, isQuoted: boolean): string | null {
  const [, digits = "", unit = ""] = /^(-?\d[\d_,]*(?:\.\d+)?)\s*([a-z%]*)$/i.exec(text.trim()) ?? [];
  const made = digits === "" ? undefined : units[unit.toLowerCase()];
  if (made === undefined) return null;
  const numbers = made(Number(digits.replaceAll(/[_,]/g, "")), member).map(
    (one) => `\`${Number(one.toPrecision(12))}\``,
  );
  const without = [...(isQuoted ? ["without quotes"] : []), ...(unit === "" ? [] : ["without a unit"])].join(" and ");
  return `write ${[...new Set(numbers)].join(" or ")}${without === "" ? "" : `, ${without}`}`;
}
