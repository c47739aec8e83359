/** Where a stream of the engine says how many tokens it was: what a client reads of it depends on that. */
export type UsagePlace = "in an event with a choice" | "in an event of its own" | "nowhere";

/** Asks once, in the clients' own words, and looks. */
export async function usagePlace(
  { url, model }: { url: string; model: string },
  prompt: string,
  outputTokens: number,
): Promise<UsagePlace> {
  const answer = await fetch(`${url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model,
      prompt,
      max_tokens: outputTokens,
      ignore_eos: true,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  return usagePlaceOf(await answer.text());
}

/** The same of a stream's text. */
export function usagePlaceOf(stream: string): UsagePlace {
  const events = stream.split("\n").flatMap((line) => {
    const data = line.startsWith("data: ") ? line.slice("data: ".length).trim() : "";
    return data.startsWith("{") ? [JSON.parse(data) as { choices?: unknown[]; usage?: unknown }] : [];
  });
  const counted = events.filter(({ usage }) => usage !== undefined && usage !== null);
  if (counted.length === 0) return "nowhere";
  const alone = counted.some(({ choices = [] }) => choices.length === 0);
  return alone ? "in an event of its own" : "in an event with a choice";
}
