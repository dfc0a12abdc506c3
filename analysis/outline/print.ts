import type { Span } from '../base/span.js';
import type { Condition, FileOutline, FillItem, FunctionItem, Parameter } from './types.js';

/** The outline as indented lines, one item each, for `--print outline`. */
export function printOutline(outline: FileOutline): string {
  const lines = [`outline bytes ${outline.bytes} lines ${outline.lines} lockSites ${outline.lockSites}`];
  for (const { path, system } of outline.includes)
    lines.push(`include ${system ? `<${path}>` : `"${path}"`}`);
  for (const item of outline.macros) {
    const parameters = item.parameters === undefined ? '' : `(${item.parameters.join(', ')})`;
    lines.push(`macro ${at(item.nameSpan)} ${item.name}${parameters}${when(item.condition)}`);
    if (item.body !== '') lines.push(`  body ${item.body}`);
    if (item.calls.length > 0) lines.push(`  calls ${item.calls.join(' ')}`);
    if (item.lockSites > 0) lines.push(`  lockSites ${item.lockSites}`);
  }
  for (const { name, value } of outline.constants) lines.push(`constant ${name} = ${value}`);
  for (const { name, type } of outline.typedefs) lines.push(`typedef ${name}: ${type}`);
  for (const item of outline.records) {
    lines.push(`${item.kind} ${at(item.nameSpan)} ${item.tag}${when(item.condition)}`);
    for (const field of item.fields) {
      lines.push(`  ${field.line} ${field.name}: ${field.type}${when(field.condition)}`);
    }
  }
  for (const item of outline.variables) {
    const words = [item.isStatic ? 'static' : '', item.isExtern ? 'extern' : '', item.definedBy].filter(
      Boolean,
    );
    const by = words.length === 0 ? '' : ` (${words.join(' ')})`;
    lines.push(`variable ${at(item.nameSpan)} ${item.name}: ${item.type}${by}${when(item.condition)}`);
    for (const { field, value } of item.members) lines.push(`  .${field} = ${value}`);
  }
  for (const item of outline.prototypes) {
    lines.push(`prototype ${item.name}(${parametersText(item.parameters)}): ${item.returns}`);
  }
  for (const item of outline.functions) lines.push(...functionLines(item));
  for (const item of outline.macroUses) {
    lines.push(`use ${item.line} ${item.name}(${item.arguments.join(', ')})${when(item.condition)}`);
  }
  for (const init of outline.lockInits) {
    const type = init.type === '' ? '' : `: ${init.type}`;
    const runs = init.handler === '' ? '' : ` runs ${init.handler}`;
    lines.push(`init ${init.line} ${init.lock}${type} = ${init.names.join(', ')}${runs}`);
  }
  for (const { member, lock } of outline.lockPointers) lines.push(`puts ${lock.text} into ${member.text}`);
  for (const { tag, field, by, lock } of outline.guards) lines.push(`guard ${tag}.${field} ${by}(${lock})`);
  for (const { at: place, form, locks } of outline.orders)
    lines.push(`order ${at(place)} ${form} ${locks.join(' < ')}`);
  for (const gap of outline.gaps) lines.push(`gap ${at(gap.at)} ${gap.kind} ${gap.detail}`);
  return `${lines.join('\n')}\n`;
}

function functionLines(item: FunctionItem): string[] {
  const words = [item.isStatic ? 'static' : '', item.isInline ? 'inline' : '', item.section].filter(Boolean);
  const by = words.length === 0 ? '' : ` (${words.join(' ')})`;
  const head = `function ${item.line}-${item.endLine} ${item.name}(${parametersText(item.parameters)}): ${item.returns}`;
  const lines = [`${head}${by}${when(item.condition)}`];
  for (const { name, argument } of item.annotations) lines.push(`  ${name}(${argument})`);
  if (item.calls.length > 0) lines.push(`  calls ${item.calls.join(' ')}`);
  if (item.indirectCalls.length > 0) lines.push(`  calls fields ${item.indirectCalls.join(' ')}`);
  if (item.references.length > 0) lines.push(`  names ${item.references.join(' ')}`);
  if (item.fills.length > 0)
    lines.push(`  puts ${item.fills.map((f) => `${f.value} into ${intoText(f)}`).join(', ')}`);
  if (item.lockSites > 0) lines.push(`  lockSites ${item.lockSites}`);
  return lines;
}

function parametersText(parameters: readonly Parameter[]): string {
  return parameters.map(({ name, type }) => (name === '' ? type : `${name}: ${type}`)).join(', ');
}

function at(span: Span): string {
  return `${span.line}:${span.column}`;
}

function when(condition: Condition): string {
  return condition === '' ? '' : ` if ${condition}`;
}

/** A filled member; a local is shown by its type. */
function intoText({ variable, type, path, field }: FillItem): string {
  return [
    variable === '' && type !== '' ? `(${type})` : variable,
    ...(path === '' ? [] : [path]),
    field,
  ].join('.');
}
