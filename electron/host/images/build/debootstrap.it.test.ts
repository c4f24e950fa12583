import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RecipeInput } from '@shared/images/recipe.js';
import { BuildLab, labRecipe } from '../../testing/build-lab.js';

vi.setConfig({ testTimeout: 240_000 });

let lab: BuildLab;
afterEach(() => lab?.remove());

const debootstrap = (more: Partial<RecipeInput['source']> = {}): RecipeInput['source'] =>
  ({
    kind: 'debian',
    suite: 'bookworm',
    variant: 'minbase',
    init: 'sysvinit',
    mirror: null,
    tool: 'debootstrap',
    ...more,
  }) as RecipeInput['source'];

describe.skipIf(process.getuid?.() !== 0)('debootstrap', () => {
  test('as root: an image with sysvinit and a locale, booted and logged into', async () => {
    lab = await BuildLab.start();
    const recipe = labRecipe(debootstrap(), { contents: { locale: 'fr_FR.UTF-8' } });
    expect(await lab.build(recipe, 'boots')).toMatchObject({ state: 'succeeded' });
    expect(lab.library()).toEqual(['boots.img', 'boots.json']);
    const { con0 } = await lab.boot('boots');
    con0.type('root\r');
    await con0.expect(/# /, 30);
    expect(
      await con0.run(
        "hostname; cat /proc/1/comm; echo $LANG; locale -a | grep ^fr; find / -xdev -path '*/debootstrap*'",
      ),
    ).toBe('boots\ninit\nfr_FR.UTF-8\nfr_FR.utf8');
  });

  test('what it can’t make is told before: as an ordinary user, variants of mmdebstrap’s, two inits', async () => {
    lab = await BuildLab.start('a user');
    const told = async (source: RecipeInput['source']): Promise<string[]> => {
      const { problems } = await lab.host.client.must('images.plan', {
        recipe: labRecipe(source),
        name: 'x',
      });
      return problems.map(({ params }) => String(params['what']));
    };
    expect(await told(debootstrap())).toEqual(['debootstrap']);
    expect(await told(debootstrap({ variant: 'standard', init: 'systemd' } as never))).toContain(
      'The variant standard by debootstrap',
    );
    expect(await told(debootstrap({ variant: 'important', tool: 'mmdebstrap' } as never))).toEqual([
      'sysvinit in the variant important',
    ]);
  });
});
