import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importLab } from './import-lab.js';
import { labAsks } from './lab-asks.js';
import { startOrder } from './lab-file.js';
import { faultText, readLab } from './read-lab.js';
import { setupScript } from './setup-script.js';

const faults = (text: string): string[] => {
  const read = readLab(text);
  return read.ok ? [] : read.faults.map(faultText);
};
const lab = (rest: string): string => `paddock-lab: 1\nname: x\n${rest}`;

describe('readLab', () => {
  it('takes the labs that come with Paddock', () => {
    const folder = join(import.meta.dirname, '../../assets/labs');
    const files = readdirSync(folder);
    expect(files).toHaveLength(3);
    for (const file of files) expect(faults(readFileSync(join(folder, file), 'utf8'))).toEqual([]);
  });

  it('reads cards in short and in long', () => {
    const read = readLab(
      lab(
        'networks: { n: {} }\nmachines:\n  a: { cards: [n, internet, { network: n, address: 10.0.0.1/24 }] }\n',
      ),
    );
    expect(read.ok && read.lab.machines['a']?.cards).toEqual([
      { network: 'n', address: 'dhcp', forwards: [], 'reach-host': false },
      { internet: true, address: 'dhcp', forwards: [], 'reach-host': false },
      { network: 'n', address: '10.0.0.1/24', forwards: [], 'reach-host': false },
    ]);
  });

  it.each([
    ['paddock-lab: 1\nname: x\nmachines: {a: {}\n', /^line \d+: /],
    [lab('machines:\n  a:\n    cards: [lan]\n'), /^line 5: machines\.a\.cards\.0: there is no network lan/],
    [lab('machines:\n  a:\n    colour: red\n'), /^line 5: machines\.a: .*colour/],
    [lab('machines:\n  a: { memory: 3 }\n'), /^line 4: machines\.a\.memory: /],
    [lab('machines: {}\n'), /1 to 100 machines/],
    [lab('machines:\n  a: { after: [b] }\n  b: { after: [a] }\n'), /in a circle/],
    [lab('machines:\n  a: { after: [z] }\n'), /there is no machine z/],
    [
      lab('networks: { c: { kind: cable } }\nmachines:\n  a: { cards: [c, c, c] }\n'),
      /the cable c has two ends, and both are taken/,
    ],
    [
      lab('networks: { c: { kind: cable, internet: true } }\nmachines: { a: {} }\n'),
      /a cable has no internet/,
    ],
    [lab('machines:\n  a: { files: { "/etc/../x": y } }\n'), /without \.\./],
    ['[1, 2]', /paddock-lab|expected/i],
    ['', /it is no lab/],
    ['paddock-lab: 2\nname: x\nmachines: { a: {} }\n', /^line 1: paddock-lab: /],
  ])('says what is wrong, and where: %j', (text, expected) => {
    expect(faults(text).join('\n')).toMatch(expected);
  });

  it('does not take what makes a small text large', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n`;
    expect(faults(bomb)).not.toEqual([]);
    expect(faults('x'.repeat(600_000))).toEqual(['it is larger than a lab can be']);
  });

  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      'paddock-lab: 1\n',
      'name: x\n',
      'machines:\n',
      ' a:\n',
      '- ',
      '{',
      '!!js x',
      '&a',
      '*a',
      '"',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const read = readLab(text);
        expect(read.ok || read.faults.length > 0).toBe(true);
      }),
    );
  });
});

describe('startOrder', () => {
  it('has each after those that it waits for', () => {
    expect(startOrder({ c: { after: ['b'] }, a: { after: [] }, b: { after: ['a'] } })).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('labAsks', () => {
  it('names what reaches out of the guests, and nothing else', () => {
    const asks = (rest: string): string[] => {
      const read = readLab(lab(rest));
      return read.ok ? labAsks(read.lab) : expect.fail(read.faults.map(faultText).join());
    };
    expect(
      asks(
        'networks: { n: { internet: true } }\nmachines: { a: { cards: [n, internet], run: "rm -rf /" } }\n',
      ),
    ).toEqual([]);
    expect(asks('machines: { a: { cards: [{ internet: true, forwards: ["8080:80"] }] } }\n')).toEqual([]);
    expect(
      asks(
        'networks: { n: { internet: true, reach-host: true } }\nmachines: { a: { cards: [n, { internet: true, reach-host: true, forwards: ["0.0.0.0:8080:80"] }] } }\n',
      ),
    ).toEqual([
      expect.stringContaining('Machines on n reach'),
      expect.stringContaining('a reaches programs'),
      expect.stringContaining('Port 8080 of 0.0.0.0 leads into a'),
    ]);
  });
});

describe('setupScript', () => {
  const machine = (text: string) => {
    const read = readLab(lab(`networks: { n: {} }\nmachines:\n  a: ${text}\n`));
    if (!read.ok) throw new Error(read.faults.map(faultText).join());
    return read.lab.machines['a'] ?? expect.fail('no machine');
  };

  it('gives addresses, routes and the names of cards; a card that is not there is left out', () => {
    const script = setupScript(
      machine(
        '{ cards: [{network: n, address: 10.0.0.1/24}, n, n], forwarding: true, routes: [{to: default, via: 10.0.0.2}], run: "echo $CARD0" }',
      ),
      ['vec0', null, 'eth2'],
    );
    expect(script).toContain('CARD0=vec0\nCARD2=eth2\n');
    expect(script).toContain('ip addr add 10.0.0.1/24 dev vec0\n');
    expect(script).toContain('ip route replace default via 10.0.0.2\n');
    expect(script).not.toContain('vec1');
    expect(script.trimEnd().endsWith('echo $CARD0')).toBe(true);
  });

  it('no file ends the script that writes it', () => {
    const read = readLab(
      `paddock-lab: 1\nname: x\nmachines:\n  a:\n    files:\n      /etc/x: "END-0\\nEND-1\\nrm -rf /\\n"\n`,
    );
    const script = setupScript(read.ok ? (read.lab.machines['a'] ?? expect.fail()) : expect.fail(), []);
    expect(script).toContain("cat > '/etc/x' << 'END-2'\nEND-0\nEND-1\nrm -rf /\nEND-2\n");
  });
});

describe('importLab', () => {
  const conf = `LAB_NAME="Routing basics"
LAB_AUTHOR="A. Teacher"
# a comment
r1[0]="A"
r1[1]="B/02:00:00:00:00:01"
r1[mem]="128M"
r1[image]="kathara/frr"
pc1[0]=A
pc1[bridged]="true"
pc_2[0]="B"
pc_2[port]="8080:80/tcp"
nonsense here
r1[exec]="echo hi"
`;

  it('takes over what there is here, and says the rest', () => {
    const { text, remarks } = importLab({
      name: 'folder',
      conf,
      dep: 'pc1: r1\n',
      startups: { r1: 'ip address add 10.0.0.1/24 dev eth0\n', pc1: 'ip address add 10.0.0.2/24 dev eth0\n' },
      files: { r1: { '/etc/frr/daemons': 'zebra=yes\n' }, shared: { '/x': 'y' } },
      untaken: ['r1/bin/tool'],
    });
    expect(faults(text)).toEqual([]);
    const read = readLab(text);
    const got = read.ok ? read.lab : expect.fail();
    expect(got.name).toBe('Routing basics');
    expect(Object.keys(got.networks)).toEqual(['A', 'B']);
    expect(got.machines['r1']).toMatchObject({
      memory: 128,
      eth: true,
      cards: [{ network: 'A' }, { network: 'B' }],
      files: { '/etc/frr/daemons': 'zebra=yes\n' },
      run: 'ip address add 10.0.0.1/24 dev eth0\n',
    });
    expect(got.machines['pc1']).toMatchObject({
      cards: [{ network: 'A' }, { internet: true }],
      after: ['r1'],
    });
    expect(Object.keys(got.machines)).toContain('pc-2');
    for (const said of [
      /pc_2 is called pc-2/,
      /not 02:00:00:00:00:01/,
      /kathara\/frr was not taken/,
      /port=8080:80\/tcp.*8080:80/,
      /Line 12 of lab.conf/,
      /shared\/ were not taken/,
      /r1\/bin\/tool/,
    ])
      expect(remarks.join('\n')).toMatch(said);
  });

  it('makes a lab of whatever, or none, and never throws', () => {
    const line = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.stringMatching(/^[\w.-]{1,8}$/),
          fc.constantFrom('0', '7', '9', 'mem', 'port', 'x'),
          fc.string(),
        )
        .map(([machine, key, value]) => `${machine}[${key}]="${value}"`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const made = importLab({
          name: 'x',
          conf: lines.join('\n'),
          dep: null,
          startups: {},
          files: {},
          untaken: [],
        });
        expect(typeof made.text).toBe('string');
      }),
    );
  });
});
