import { z } from 'zod';
import type { Location } from '../base/span.js';
import { shortening } from '../checks/story/short-names.js';
import type { Why, WhyOrder, WhyReason, WhyStep, WhyWay } from '../checks/engine/why.js';
import { wrap } from './explain.js';
import { CONFIDENCES } from './rules.js';

const place = {
  file: z.string().describe('Relative to the root, with /.'),
  line: z.int().min(1),
};

const reason = z.strictObject({
  reason: z.string(),
  text: z.string(),
  limit: z
    .enum(CONFIDENCES)
    .optional()
    .describe('Upper limit of the confidence of a cycle while this is undecided.'),
  at: z.strictObject(place).optional(),
});

const order = z.strictObject({
  from: z.string().describe('The lock class held.'),
  to: z.string().describe('The lock class taken.'),
  ways: z.array(
    z.strictObject({
      steps: z.array(z.strictObject({ ...place, function: z.string(), text: z.string() })),
      refused: reason.optional().describe('Why no path goes this way; absent if one does.'),
    }),
  ),
});

/** The output of `why --format json`. */
export const whySchema = z
  .strictObject({
    version: z.literal(1),
    order,
    reverse: order,
    verdict: z.enum(['cycle', 'excluded', 'no-order', 'one-order']),
    confidence: z.enum(CONFIDENCES).optional().describe('Of a cycle.'),
    reasons: z.array(reason).describe('What a cycle depends on, or everything that rules it out.'),
  })
  .meta({ title: 'lockorder why', description: 'Output of `lockorder why --format json`.' });

export function renderWhyJson(why: Why): string {
  const shown = { version: 1, ...why, order: plainOrder(why.order), reverse: plainOrder(why.reverse) };
  return `${JSON.stringify({ ...shown, reasons: why.reasons.map(plainReason) }, undefined, 2)}\n`;
}

function plainOrder({ from, to, ways }: WhyOrder): object {
  return { from, to, ways: ways.map(plainWay) };
}

function plainWay({ steps, refused }: WhyWay): object {
  const plain = steps.map(({ at, function: name, text }) => ({
    file: at.file,
    line: at.line,
    function: name,
    text,
  }));
  return { steps: plain, ...(refused && { refused: plainReason(refused) }) };
}

function plainReason({ at, ...rest }: WhyReason): object {
  return { ...rest, ...(at && { at: { file: at.file, line: at.line } }) };
}

/**
 * The result as plain text, ready for a mail.
 * @param pathOf the path to show for one relative to the root
 */
export function renderWhy(raw: Why, pathOf = (file: string): string => file): string {
  const why = withPaths(raw, pathOf);
  const ways = [...why.order.ways, ...why.reverse.ways];
  const reasons = [...why.reasons, ...ways.flatMap(({ refused }) => refused ?? [])];
  const shorten = shortening(
    reasons.map(({ text }) => text),
    [why.order.from, why.order.to],
  );
  const sections = [
    wrap(verdictOf(why)),
    tellOrder(why.order, shorten),
    tellOrder(why.reverse, shorten),
    why.reasons.length === 0
      ? []
      : [
          why.verdict === 'cycle' ? 'Assumptions' : 'What rules a cycle out',
          '',
          ...why.reasons.flatMap((one) => wrap(`${shorten(one.text)}${where(one)}`, '  - ', '    ')),
        ],
  ];
  const told = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${told.join('\n\n')}\n`;
}

function withPaths(why: Why, pathOf: (file: string) => string): Why {
  const placed = <P extends { readonly at?: Location }>(one: P): P =>
    one.at === undefined ? one : { ...one, at: { ...one.at, file: pathOf(one.at.file) } };
  const inOrder = (order: WhyOrder): WhyOrder => ({
    ...order,
    ways: order.ways.map(({ steps, refused }) => ({
      steps: steps.map(placed),
      ...(refused && { refused: placed(refused) }),
    })),
  });
  return {
    ...why,
    order: inOrder(why.order),
    reverse: inOrder(why.reverse),
    reasons: why.reasons.map(placed),
  };
}

function verdictOf({ order: { from, to }, verdict, confidence, order, reverse }: Why): string {
  switch (verdict) {
    case 'cycle':
      return `${from} and ${to} are taken in both orders, and the two sides can coincide: a cycle with ${confidence ?? 'low'} confidence.`;
    case 'excluded':
      return `${from} and ${to} are taken in both orders, but the two sides never coincide.`;
    case 'one-order': {
      const { from: first, to: second } = isTaken(order) ? order : reverse;
      return `${second} is taken while ${first} is held, and never the other way round.`;
    }
    case 'no-order':
      return `Neither of ${from} and ${to} is ever taken while the other is held.`;
  }
}

function isTaken({ ways }: WhyOrder): boolean {
  return ways.some(({ refused }) => refused === undefined);
}

function tellOrder({ from, to, ways }: WhyOrder, shorten: (sentence: string) => string): string[] {
  const head = `${from} → ${to}`;
  if (ways.length === 0) return [`${head}: no code was found that takes ${to} while holding ${from}`];
  return [head, ...ways.flatMap((way) => ['', ...tellWay(way, shorten)])];
}

function tellWay({ steps, refused }: WhyWay, shorten: (sentence: string) => string): string[] {
  const text = ({ at, function: name, text: what }: WhyStep): string =>
    `${name}() ${what} [${at.file}:${at.line}]`;
  return [
    ...steps.flatMap((step, i) => wrap(text(step), `  ${i + 1}. `, '     ')),
    ...(refused === undefined
      ? []
      : wrap(`ruled out: ${shorten(refused.text)}${where(refused)}`, '  ', '  ')),
  ];
}

function where({ at }: WhyReason): string {
  return at === undefined ? '' : ` [${at.file}:${at.line}]`;
}
