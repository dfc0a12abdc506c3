import type { FrameLocator } from 'playwright-core';

/** Least contrast of text by WCAG 2, level AA. */
export const LEAST_CONTRAST = 4.5;

/** What of the page's own objects is looked at here; tests are compiled without them. */
interface Style {
  readonly color: string;
  readonly fill: string;
  readonly backgroundColor: string;
  readonly opacity: string;
  readonly display: string;
  readonly visibility: string;
}
interface Node {
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly childNodes: Iterable<Node>;
  readonly parentElement: Node | null;
  readonly ownerSVGElement?: Node | null;
  readonly tagName: string;
  readonly className: unknown;
  readonly placeholder?: string;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
  getClientRects(): { readonly length: number };
}
interface Window {
  getComputedStyle(element: Node, part?: string): Style;
}

/** Texts of a page that are hard to read in the present theme, each with its contrast. */
export function faintTexts(frame: FrameLocator): Promise<readonly string[]> {
  return frame.locator('body').evaluate((element, least) => {
    const body = element as unknown as Node;
    const partOf = (node: Node, part?: string): Style =>
      (globalThis as unknown as Window).getComputedStyle(node, part);
    const styleOf = (node: Node): Style => partOf(node);
    type Colour = readonly [red: number, green: number, blue: number, alpha: number];
    const parse = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = [...text.matchAll(/[\d.]+/g)].map(Number);
      return text.startsWith('rgb') ? [red, green, blue, alpha] : [0, 0, 0, 0];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (at: 0 | 1 | 2): number => top[at] * top[3] + below[at] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const light = (colour: Colour): number => {
      const part = (value: number): number =>
        value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2]);
    };
    const chain = (node: Node): Node[] => {
      const all: Node[] = [];
      for (let at: Node | null = node; at; at = at.parentElement) all.push(at);
      return all;
    };
    const ground = (node: Node): Colour => {
      const layers = chain(node).map((each) => {
        const box = each.tagName === 'g' || each.tagName === 'svg' ? each.querySelector('rect') : null;
        return parse(box ? styleOf(box).fill : styleOf(each).backgroundColor);
      });
      return layers.reduceRight<Colour>((below, layer) => over(layer, below), [255, 255, 255, 1]);
    };
    const faint: string[] = [];
    for (const node of body.querySelectorAll('*')) {
      const said = [...node.childNodes]
        .filter(({ nodeType }) => nodeType === 3)
        .map(({ textContent }) => textContent ?? '')
        .join('')
        .trim();
      const text = said === '' ? (node.placeholder ?? '') : said;
      const style = said === '' ? partOf(node, '::placeholder') : styleOf(node);
      if (text === '' || node.getClientRects().length === 0 || style.visibility === 'hidden') continue;
      if (/^(?:style|script|title|option)$/i.test(node.tagName)) continue;
      const below = ground(node);
      const ink = parse(node.ownerSVGElement ? style.fill : style.color);
      const opacity = chain(node).reduce((product, each) => product * Number(styleOf(each).opacity), 1);
      const [first, second] = [light(over([ink[0], ink[1], ink[2], ink[3] * opacity], below)), light(below)];
      const contrast = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
      if (contrast < least) faint.push(`${contrast.toFixed(2)} ${node.tagName} ${text.slice(0, 40)}`);
    }
    return faint;
  }, LEAST_CONTRAST);
}
