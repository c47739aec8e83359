/** Open files at once: well under the usual limit of 1024, enough to keep a disk busy. */
const atOnce = 64;

/** `read` of every item, so many at a time, answers in the order of the items. */
export async function readInGroups<Item, Answer>(
  items: readonly Item[],
  read: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    answers.push(...(await Promise.all(items.slice(start, start + atOnce).map(read))));
  return answers;
}
