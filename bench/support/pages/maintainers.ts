interface Section {
  readonly lists: readonly string[];
  readonly people: readonly string[];
  readonly patterns: readonly RegExp[];
  /** Length of the longest matching pattern: the longer it is, the closer is the section to the file. */
  readonly weight: number;
}

/** The sections of a kernel's MAINTAINERS file that name files. */
export function readMaintainers(text: string): readonly Section[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const values = (key: string): string[] =>
      [...block.matchAll(new RegExp(`^${key}:\\s*(.*)$`, 'gm'))].map(([, value = '']) => value.trim());
    const files = values('F');
    if (files.length === 0) return [];
    return [
      {
        lists: values('L').map((list) => list.replace(/\s*\(.*$/, '')),
        people: values('M'),
        patterns: files.map(expression),
        weight: Math.max(...files.map(({ length }) => length)),
      },
    ];
  });
}

/** `drivers/usb/`, `sound/*.c`: a folder with everything in it, or a pattern within one folder. */
function expression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${source}${pattern.endsWith('/') ? '' : '(?:/|$)'}`);
}

/** Lists and people responsible for a file, from the nearest section. */
export function maintainersOf(sections: readonly Section[], file: string): readonly string[] {
  const matching = sections
    .filter(({ patterns }) => patterns.some((pattern) => pattern.test(file)))
    .sort((a, b) => b.weight - a.weight);
  const nearest = matching.find(({ people, lists }) => people.length + lists.length > 0);
  return nearest === undefined
    ? []
    : [...nearest.people, ...nearest.lists].map((who) => who.replace(/[<>]/g, '\\$&'));
}
