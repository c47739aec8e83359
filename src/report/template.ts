import Handlebars from "handlebars";
import { countText } from "../math/figures.ts";
import type { Json } from "../schema/json.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { formatRows } from "./format.ts";
import { alignTables, codeBlock, codeSpan, escapeMarkdown } from "./markdown.ts";
import { fixed, percentChange, percentInterval, plain, signed } from "./numbers.ts";

/** What templates may call, beside Handlebars' own. Text that a helper returns is escaped like any other, unless it is marked as markdown. */
const helpers: Record<string, (...given: never[]) => unknown> = {
  fixed: (value: number | null, decimals: number) => fixed(value, decimals),
  signed: (value: number | null, decimals: number) => signed(value, decimals),
  plain: (value: number | null) => (typeof value === "number" ? plain(value) : value),
  change: (ratio: number | null) => percentChange(ratio),
  interval: (interval: { lower: number; upper: number } | null) => markdown(percentInterval(interval)),
  code: (text: Json) => markdown(codeSpan(typeof text === "string" ? text : JSON.stringify(text ?? null))),
  codeBlock: (text: string, language: string) => markdown(codeBlock(text, language)),
  table: ({ columns, rows }: { columns: string[]; rows: Json[][] }) =>
    markdown(formatRows(columns, rows, "markdown").trimEnd()),
  count: (number: number, noun: string) => countText(number, noun),
  is: (left: Json, right: Json) => left === right,
  join: (list: readonly string[], between: string) => list.join(between),
  some: (list: { length: number } | null) => (list?.length ?? 0) > 0,
};

function markdown(text: string): Handlebars.SafeString {
  return new Handlebars.SafeString(text);
}

/** Handlebars escapes for HTML; these pages are markdown. So `{{x}}` becomes `{{{md x}}}`, and `{{{x}}}` stays what it is. */
class MarkdownEscaping extends Handlebars.Visitor {
  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    if (!statement.escaped) return;
    const { path, params, hash, loc } = statement;
    const isCall = params.length > 0;
    const argument = isCall ? ({ type: "SubExpression", path, params, hash, loc } as hbs.AST.SubExpression) : path;
    statement.path = pathTo("md", loc);
    const name = {
      type: "StringLiteral",
      value: nameOf(path),
      original: nameOf(path),
      loc,
    } as hbs.AST.StringLiteral;
    statement.params = [argument, name];
    (statement as { hash: unknown }).hash = undefined;
    (statement as { escaped: boolean }).escaped = false;
  }
}

function nameOf(path: hbs.AST.PathExpression | hbs.AST.Literal): string {
  return "original" in path ? path.original : "a literal";
}

function pathTo(name: string, loc: hbs.AST.SourceLocation): hbs.AST.PathExpression {
  return { type: "PathExpression", original: name, parts: [name], data: false, depth: 0, loc };
}

/**
 * A report from its data and a Handlebars template: markdown with aligned tables and at most one empty line in a row. The
 * same data and template give the same bytes. A template that cannot be read, or that asks for what the data lacks, is a failure.
 */
export function renderReport(data: object, template: string): Result<string> {
  try {
    return succeed(rendered(data, template));
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return fail(
      "template-refused",
      `the report's template: ${says}`,
      "Mend it after reports/templates/study.md.hbs, the template that comes with ceteris; a section of its own needs only a file reports/queries/NAME.sql.",
    );
  }
}

function rendered(data: object, template: string): string {
  const handlebars = Handlebars.create();
  handlebars.registerHelper(helpers as Record<string, Handlebars.HelperDelegate>);
  handlebars.registerHelper("md", (value: unknown, name: string) => {
    if (value === undefined) throw new Error(`the data has no ${name}`);
    if (value instanceof Handlebars.SafeString) return value;
    return escapeMarkdown(typeof value === "string" ? value : value === null ? "" : JSON.stringify(value));
  });
  const program = handlebars.parse(template);
  new MarkdownEscaping().accept(program);
  const render = handlebars.compile(program, {
    strict: true,
    noEscape: true,
    knownHelpersOnly: false,
  });
  const text = render(data, {
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
  });
  return `${alignTables(text)
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}
