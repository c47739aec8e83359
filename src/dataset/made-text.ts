import type { Random } from "../math/random.ts";

/** Token ids are drawn from here: above the special tokens of common vocabularies, and within the smallest. */
export const firstToken = 16;
export const tokenCount = 480;

/**
 * A word for each of these ids. Common English words of at most six letters: most vocabularies have each as one token
 * behind a blank, so that a text is about as long as it has words; and a small vocabulary of words knows enough of them
 * to tell two prompts apart.
 */
const words = `
  a able about above across act add after again ago air all also always am among and any are area arm art as ask
  asks at away baby back bad ball bank base be bed been before began being below best better big black blue boat
  body book born both box boy bring built busy but buy by call came can cannot care case change city clear close
  cold colour come comes copy could cut dark day deep desk detail do does done door down draw drive each early
  earth easy editor else end ends even ever every eyes face fact fall family fan far fast feel few field fin find
  fine fire first fish five fix fly food for force form found four free friend from full fun fur game gave get
  girl give given glad goes gold gone good great green ground group grow guess gum gun half ham hand hard has have
  head hear heart heat heavy held help her here high hill him his hold home honest hope horse hot hour house how
  hum idea if in is it its job judge just keep keeps kept kin kind king knew know lab land large last late law lay
  lead learn least leave leaves left less let letter life light like limit line list live long longer looks lost
  lot love low made main make man many map mark may me mean means men middle mile mind money month moon more most
  mother move much music must my name names near need never new news next night no nor north not note now number
  of off office often oil old on once one only open or order other our out over own page paper park part pass past
  pay people per piece places plan plant play point power press pull push put quick rain ran read reader ready
  real red rest rich right river road rock room round rule rules run said same say says sea second see seem sell
  send set seven shall she ship short show side sign since sing single sit six size sky sleep slow small snow so
  some son song soon sound south space spring staff stand stands star start state stay step still stone stop stops
  store story street strong such summer sun sure table take talk task teach tell tells ten than that the their
  them then there these they thing things think this those though three time title to today told ton took top town
  trade tree true try turn two under until up upon us use van very voice wait walk wall want war warm was watch
  water way we week well went were west what wheel when where which while white who whole why wide wild will wind
  window winter wish with woman won wood word words work world would write year yes yet you young your
`
  .trim()
  .split(/\s+/);

/** So many token ids, drawn uniformly; one draw each. */
export function randomTokens(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => firstToken + random.integer(tokenCount));
}

/** Leaves out as many as `randomTokens` would draw. */
export function skipTokens(random: Random, count: number): void {
  for (let drawn = 0; drawn < count; drawn += 1) random.integer(tokenCount);
}

/** A word for each id, with a blank between: as many words as ids, but only the engine knows how many tokens. */
export function textOfTokens(tokens: readonly number[]): string {
  return tokens.map((token) => words[token - firstToken]).join(" ");
}
