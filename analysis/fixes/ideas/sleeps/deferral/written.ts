import type { Deferral } from '../../../../models/types.js';
import { irqForm } from '../../../../models/variants.js';
import { lockCalls } from '../../../text/calls.js';
import { parts, type FunctionCode } from '../../../text/code.js';
import { applyTextEdits, lineBreakAt, type TextEdit } from '../../../text/edits.js';
import type { FixInput } from '../../../types.js';
import type { Setup } from './setup.js';

/** What {@link written} writes down. */
export interface Written {
  readonly code: FunctionCode;
  readonly head: string;
  readonly setup: Setup;
  readonly names: Names;
  readonly how: Deferral;
  readonly body: string;
  /** Whether transmissions and the function need not exclude each other. */
  readonly changesNothing: boolean;
}

/** The names of the former body, of the function of the work item and of the work item. */
export interface Names {
  readonly body: string;
  readonly work: string;
  readonly item: string;
}

/** The body, with spinlocks that it took plainly taken so that they keep out softirqs, as its caller did. */
export function withoutSoftirqs({ models }: FixInput, code: FunctionCode): string {
  const { start, end } = code.body;
  const renamed = lockCalls(code, models, code.body).flatMap(({ form, node, api }): TextEdit[] => {
    const [callee] = parts(node);
    const isPlain = form === 'call' && api.sleeps !== true && irqForm(api) === 'plain';
    const variant = isPlain ? models.irqVariant(api.name, 'bh')?.name : undefined;
    return callee === undefined || variant === undefined
      ? []
      : [{ start: callee.start - start, end: callee.end - start, text: variant }];
  });
  return applyTextEdits(code.text.slice(start, end), renamed);
}

/** The former body, the work item that runs it, and the function that queues the work item. */
export function written({ code, head, setup, names, how, body, changesNothing }: Written): string {
  const { work } = how;
  const object = code.item.parameters[0]?.name ?? '';
  const { data, type, back } = setup;
  const isLocked = code.item.calls.includes(how.lock);
  const runs = `${how.running}(${object})${isDetached(code.text, how) ? ` && ${how.present}(${object})` : ''}`;
  const reset = [...(changesNothing ? [] : [`${how.stop}(${object});`]), `${names.body}(${object});`];
  const guarded = [
    `${how.lock}();`,
    `if (${runs})${reset.length > 1 ? ' {' : ''}`,
    ...reset.map((line) => `\t${line}`),
    ...(reset.length > 1 ? ['}'] : []),
    `${how.unlock}();`,
  ];
  const lines = [
    `static void ${names.body}(${how.object} *${object})`,
    body,
    '',
    `static void ${names.work}(${work.type} *work)`,
    '{',
    `\t${type} *${data} = ${work.container}(work, ${type}, ${names.item});`,
    `\t${how.object} *${object} = ${back === undefined ? `${how.owner}(${data})` : `${data}->${back}`};`,
    '',
    ...(isLocked ? reset : guarded).map((line) => `\t${line}`),
    '}',
    '',
    head.trimEnd(),
    '{',
    `\t${type} *${data} = ${how.data}(${object});`,
    '',
    `\t${work.queue}(&${data}->${names.item});`,
    '}',
  ];
  return lines.join(lineBreakAt(code.text, code.body.start));
}

/** Whether a driver tells the kernel where its device is off. */
export function isDetached(plain: string, { detach }: Deferral): boolean {
  return new RegExp(`\\b${detach}\\s*\\(`).test(plain);
}
