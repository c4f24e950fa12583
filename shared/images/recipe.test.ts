import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recipeSchema } from './recipe.js';

const folder = join(import.meta.dirname, '../../assets/recipes');

test.each(readdirSync(folder))('%s comes with Paddock and is a recipe of that name', (file) => {
  const recipe = recipeSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  expect(`${recipe.name}.json`).toBe(file);
});

test('what could be taken for something else is no recipe', () => {
  const base = { version: 1, name: 'x', title: 'x', source: { kind: 'tiny' } };
  const bad: Record<string, unknown>[] = [
    {
      ...base,
      source: { kind: 'debian', suite: '--help', variant: 'minbase', init: 'systemd', mirror: null },
    },
    {
      ...base,
      source: { kind: 'debian', suite: 'sid', variant: 'minbase', init: 'systemd', mirror: 'file:///etc' },
    },
    { ...base, contents: { packages: ['-o', 'x'] } },
    { ...base, contents: { packages: ['a,b'] } },
    { ...base, contents: { hostname: 'a b' } },
    { ...base, contents: { locale: "x'; rm -rf /" } },
    { ...base, access: { users: [{ name: 'root:0', password: { kind: 'none' } }] } },
    { ...base, access: { sshKeys: ['ssh-rsa AAAA\nssh-rsa BBBB'] } },
    { ...base, access: { root: { kind: 'hash', hash: 'x:0:0' } } },
    { ...base, disk: { label: '-x y' } },
    { ...base, name: '../x' },
    { ...base, more: 1 },
  ];
  for (const one of bad) expect(recipeSchema.safeParse(one).success, JSON.stringify(one)).toBe(false);
});
