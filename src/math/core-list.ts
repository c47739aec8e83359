/** The cores of a list as the kernel writes it (cpuset(7)): `0-2,5` is cores 0, 1, 2 and 5. */
export function coresOf(list: string): number[] {
  return list
    .split(",")
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, place) => first + place);
    });
}
