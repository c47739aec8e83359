/** Files that are read at a time: well under the usual limit of 1024 open ones, enough to keep a disk busy. */
export const openAtOnce = 64;

/**
 * `work` of every item, at most `limit` of them at a time. Answers come in the order of the items, each as soon as those before
 * it are there. Where one is rejected, or nobody asks for the next answer, no further work begins.
 */
export async function* concurrently<Item, Answer>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer, void> {
  const running: Promise<Answer>[] = [];
  for (const item of items) {
    if (running.length >= limit) yield await running.shift()!;
    const answer = work(item);
    answer.catch(() => undefined); // it is awaited later, or never after another rejection
    running.push(answer);
  }
  for (const answer of running) yield await answer;
}
