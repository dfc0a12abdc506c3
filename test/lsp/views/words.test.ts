import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { read } from '../../support/sources.js';
import { Server } from '../support/server.js';
import { TWO } from '../support/texts.js';

describe('the language of the client', () => {
  let server: Server;

  before(async () => {
    server = new Server({ 'two.c': TWO });
    const words = JSON.parse(read('l10n/bundle.l10n.de.json')) as Readonly<Record<string, string>>;
    await server.initialize({ index: 'open' }, { hasCommands: true, words });
  });

  after(() => server.stop());

  it('applies to menus and hovers, while findings stay English', async () => {
    const [found] = await server.open('two.c', TWO);
    assert.match(JSON.stringify(found?.message), /takes first_sem while holding second_sem/);
    await server.settled('two.c');
    const actions = found ? await server.actionsAt('two.c', found.range, [found]) : [];
    const titles = actions.map(({ title }) => title);
    assert.ok(titles.includes('lock-order-cycle erklären'), titles.join('\n'));
    assert.ok(
      titles.some((title) => /^Die Reihenfolge \S*first_sem < .* deklarieren$/.test(title)),
      titles.join('\n'),
    );
    assert.ok(titles.some((title) => title.includes('mit einem Kommentar unterdrücken')));
    const hover = await server.hover('two.c', 'first_sem);\n\tdown');
    assert.match(hover, /Gehalten beim Nehmen von:/);
    assert.match(hover, /second_sem`: 2 Stellen/);
    assert.match(hover, /umgekehrt an 1 Stelle/);
  });
});
