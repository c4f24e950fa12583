/** What a guest may print that means harm, or that a broken program prints: each by name. */
export interface HostileInput {
  /** Kind and number, for the report: `osc52-03`. */
  name: string;
  bytes: Buffer;
}

const ESC = '\x1b';
const ST = `${ESC}\\`;
const BEL = '\x07';
const HUGE = '2147483647';

/** Bytes of a text whose characters are bytes. */
const raw = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const stolen = Buffer.from('stolen').toString('base64');

/** All of them, in the order of their kinds. */
export function hostileInputs(): HostileInput[] {
  return Object.entries(kinds).flatMap(([kind, make]) =>
    make().map((bytes, n) => ({ name: `${kind}-${String(n + 1).padStart(2, '0')}`, bytes })),
  );
}

const kinds: Readonly<Record<string, () => Buffer[]>> = {
  clipboard: () =>
    ['c', 'p', 's', 'q', 'cps', '', '0', 'c0', ';']
      .flatMap((selection) => [
        raw(`${ESC}]52;${selection};${stolen}${BEL}`),
        raw(`${ESC}]52;${selection};${stolen}${ST}`),
      ])
      .concat([
        utf8(`\u009d52;c;${stolen}\u009c`),
        raw(`\x9d52;c;${stolen}\x9c`),
        raw(`${ESC}]52;c;?${BEL}`),
        raw(`${ESC}]52;c;!${ST}`),
        raw(`${ESC}]52;c;${'QUFB'.repeat(100_000)}${BEL}`),
        raw(`${ESC}]52;c;${stolen}`),
        raw(`${ESC}Ptmux;${ESC}${ESC}]52;c;${stolen}${BEL}${ST}`),
        raw(`${ESC}P${ESC}]52;c;${stolen}${BEL}${ST}`),
        raw(`${ESC}]1337;Copy=:${stolen}${BEL}`),
        raw(`${ESC}]1337;CopyToClipboard=general${BEL}stolen${ESC}]1337;EndCopy${BEL}`),
        raw(`${ESC}]5522;type=write;${stolen}${ST}`),
        raw(Array.from(`${ESC}]52;c;${stolen}${BEL}`).join('\x00')),
      ]),

  title: () =>
    [0, 1, 2, 21, 30]
      .flatMap((code) => [raw(`${ESC}]${code};stolen${BEL}`), raw(`${ESC}]${code};stolen${ST}`)])
      .concat([
        raw(`${ESC}]l;stolen${ST}`),
        raw(`${ESC}]L;stolen${ST}`),
        raw(`${ESC}kstolen${ST}`),
        raw(`${ESC}]2;${'stolen'.repeat(50_000)}${BEL}`),
        raw(`${ESC}[22t${ESC}]2;stolen${BEL}${ESC}[23t${ESC}[21t`),
        raw(`${ESC}[>2t${ESC}]2;7374${BEL}`),
        raw(`${ESC}]2;<img src=https://evil.invalid/>${BEL}`),
      ]),

  colour: () => [
    raw(`${ESC}]4;0;rgb:ff/00/00${BEL}`),
    raw(`${ESC}]4;${Array.from({ length: 256 }, (_, n) => `${n};#00ff00`).join(';')}${BEL}`),
    raw(`${ESC}]4;${'0;?;'.repeat(50_000)}${BEL}`),
    raw(`${ESC}]10;#010101${BEL}${ESC}]11;#010101${BEL}${ESC}]12;#010101${BEL}`),
    raw(`${ESC}]10;?${BEL}${ESC}]11;?${BEL}${ESC}]12;?${BEL}`.repeat(5000)),
    raw(`${ESC}]11;url(https://evil.invalid/)${BEL}`),
    raw(`${ESC}]11;red;background:url(https://evil.invalid)${BEL}`),
    raw(`${ESC}]104${BEL}${ESC}]104;999999999${BEL}${ESC}]4;99999;red${BEL}`),
    raw(`${ESC}]110${BEL}${ESC}]111${BEL}${ESC}]112${BEL}`),
    raw(`${ESC}[38;5;999999m${ESC}[48;2;999;999;999mX${ESC}[0m`),
    raw(`${ESC}[38:2:${'9:'.repeat(500)}m`),
    raw(`${ESC}[8mhidden${ESC}[28m${ESC}[7m${ESC}[5m`),
  ],

  link: () =>
    [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'https://evil.invalid/',
      'data:text/html,<script>alert(1)</script>',
      'paddock://app/',
      'ssh://-oProxyCommand=xterm/',
      'vscode://x',
      'chrome://gpu',
      '',
      '\u202egro.lenrek//:sptth',
    ]
      .map((address) => utf8(`${ESC}]8;;${address}${ST}click me${ESC}]8;;${ST}`))
      .concat([
        raw(`${ESC}]8;id=${'x'.repeat(100_000)};https://evil.invalid/${ST}x${ESC}]8;;${ST}`),
        raw(`${ESC}]8;;https://evil.invalid/${'x'.repeat(100_000)}${ST}x${ESC}]8;;${ST}`),
        raw(`${ESC}]8;;https://evil.invalid/${ST}never ended`),
        raw(range(20_000, (n) => `${ESC}]8;;https://evil.invalid/${n}${ST}x`)),
        raw('https://evil.invalid/ '.repeat(20_000)),
        raw(`https://evil.invalid/${'a'.repeat(200_000)}`),
        raw('('.repeat(50_000) + 'https://evil.invalid/' + ')'.repeat(50_000)),
      ]),

  program: () => [
    raw(`${ESC}]7;file:///etc${BEL}`),
    raw(`${ESC}]9;stolen${BEL}`),
    raw(`${ESC}]9;4;1;50${BEL}`),
    raw(`${ESC}]99;i=1:d=0;stolen${ST}`),
    raw(`${ESC}]777;notify;stolen;stolen${BEL}`),
    raw(`${ESC}]133;A${BEL}${ESC}]133;C${BEL}`),
    raw(`${ESC}]633;E;rm -rf /${BEL}`),
    raw(`${ESC}]1337;File=name=eA==;size=10;inline=1:${'A'.repeat(200_000)}${BEL}`),
    raw(`${ESC}]1337;SetUserVar=x=eA==${BEL}${ESC}]1337;RequestAttention=yes${BEL}`),
    raw(
      `${ESC}]1337;CursorShape=1${BEL}${ESC}]1337;HighlightCursorLine=yes${BEL}${ESC}]1337;ClearScrollback${BEL}`,
    ),
    raw(`${ESC}]1337;OpenURL=:${stolen}${BEL}`),
    raw(`${ESC}]50;#1${BEL}${ESC}]50;?${BEL}${ESC}]46;/etc/x${BEL}`),
    raw(`${ESC}]${HUGE}${HUGE};x${BEL}`),
    raw(`${ESC}]-1;x${BEL}${ESC}];${BEL}${ESC}]${BEL}`),
    raw(`${ESC}[5i${'printed'.repeat(1000)}${ESC}[4i${ESC}[?5i`),
  ],

  device: () => [
    raw(`${ESC}Pq#0;2;0;0;0#0${'~'.repeat(200_000)}${ST}`),
    raw(`${ESC}P${HUGE};${HUGE};${HUGE}q"1;1;99999;99999${ST}`),
    raw(`${ESC}P$q${'m'.repeat(200_000)}${ST}`),
    raw(`${ESC}P$qm${ST}`.repeat(10_000)),
    raw(`${ESC}P+q544e${ST}`.repeat(10_000)),
    raw(`${ESC}P+q${'54'.repeat(100_000)}${ST}`),
    raw(`${ESC}Ptmux;${`${ESC}${ESC}]0;stolen${BEL}`.repeat(1000)}${ST}`),
    raw(`${ESC}P1$tx${ST}${ESC}P0!u${'x'.repeat(10_000)}${ST}`),
    raw(`${ESC}P${'1;'.repeat(100_000)}|x${ST}`),
    raw(`${ESC}P=1s${ST}${ESC}P=2s${ST}`),
    raw(`${ESC}Px`),
    utf8(`\u0090$qm\u009c\u0090`),
  ],

  string: () => {
    const kind = ['_', '^', 'X', 'P', ']'];
    return [
      ...kind.map((letter) =>
        raw(`${ESC}${letter}${'x'.repeat(letter === '_' || letter === ']' ? 1_100_000 : 50_000)}`),
      ),
      ...kind.map((letter) => raw(`${ESC}${letter}never ended`)),
      ...kind.map((letter) => raw(`${ESC}${letter}nul\x00\x00${'\x00'.repeat(10_000)}${ST}`)),
      ...kind.map((letter) => raw(`${ESC}${letter}x\x18cancelled${ESC}${letter}x\x1asubstituted`)),
      ...kind.map((letter) => raw(`${ESC}${letter}`.repeat(50_000))),
      raw(`${ESC}_${'x'.repeat(10 * 1024 * 1024)}`),
      raw(`${ESC}_Gf=24,s=10,v=10;${'A'.repeat(100_000)}${ST}`),
      raw(`${ESC}_Ga=T,t=f;${Buffer.from('/etc/passwd').toString('base64')}${ST}`),
      raw(`${ESC}_Ga=T,f=100,s=99999999,v=99999999,m=1;AAAA${ST}`.repeat(500)),
      raw(`${ESC}_Ga=q,i=31,s=1,v=1,t=d,f=24;AAAA${ST}`.repeat(2000)),
    ];
  },

  repeat: () =>
    Array.from('@ABCDEFGILMPSTXZ`abdef', (final) => raw(`x${ESC}[${HUGE}${final}`)).concat(
      Array.from('LMSTb@P', (final) => raw(`x${ESC}[1000${final}`.repeat(5000))),
      [
        raw(`wide\u{0}${ESC}[${HUGE}b`),
        utf8(`字${ESC}[${HUGE}b`),
        utf8(`👩‍👩‍👧‍👦${ESC}[${HUGE}b`),
        utf8(`x\u009b${HUGE}b\u009b${HUGE}L`),
        raw(`x${ESC}[${HUGE} @${ESC}[${HUGE} A${ESC}[${HUGE}'}${ESC}[${HUGE}'~`),
        raw(`x${ESC}[${'9'.repeat(10_000)}b`),
        raw(`x${ESC}[0000000000${HUGE}L${ESC}[;${HUGE}b`),
      ],
    ),

  parameters: () => [
    raw(`${ESC}[${'1;'.repeat(100_000)}m`),
    raw(`${ESC}[${';'.repeat(100_000)}H`),
    raw(`${ESC}[${'1:'.repeat(100_000)}m`),
    raw(`${ESC}[${'?'.repeat(10_000)}25h`),
    raw(`${ESC}[${' '.repeat(10_000)}q`),
    raw(`${ESC}[-1;-1H${ESC}[-5A${ESC}[-2147483648L`),
    raw(`${ESC}[${HUGE};${HUGE}H${ESC}[${HUGE};${HUGE}r${ESC}[${HUGE};${HUGE}f`),
    raw(`${ESC}[?${HUGE}h${ESC}[?${HUGE}l${ESC}[${HUGE}h${ESC}[${HUGE}J${ESC}[${HUGE}K`),
    raw(
      `${ESC}[1;1;1;1;1$r${ESC}[1;1;${HUGE};${HUGE}$z${ESC}[65;1;1;${HUGE};${HUGE}$x${ESC}[1;1;9;9;1;1;1;1$v`,
    ),
    raw(range(5000, (n) => `${ESC}[?${n}h`) + range(5000, (n) => `${ESC}[?${n}l`)),
    raw(range(2000, (n) => `${ESC}[${n}h${ESC}[${n}l`)),
    raw(range(95, (n) => `${ESC}[${String.fromCharCode(32 + n)}`)),
    raw(range(95, (n) => `${ESC}${String.fromCharCode(32 + n)}${ST}`)),
    raw(`${ESC}[`.repeat(100_000)),
    raw(ESC.repeat(200_000)),
    raw(`${ESC}[1`),
  ],

  region: () => [
    raw(`${ESC}[0;0r${ESC}[5;1r${ESC}[9999;9999r${ESC}[1;9999r`),
    raw(`${ESC}[2;3r${'\n'.repeat(10_000)}${ESC}[r`),
    raw(`${ESC}[?6h${ESC}[2;3r${ESC}[99;99Hx${ESC}[?6l${ESC}[r`),
    raw(`${ESC}[?69h${ESC}[5;10s${'x'.repeat(10_000)}${ESC}[?69l`),
    raw(`${ESC}[1;1r${`${ESC}M`.repeat(10_000)}${ESC}[r`),
    raw(`${ESC}7${ESC}8`.repeat(20_000)),
    raw(`${ESC}[s${ESC}[u`.repeat(20_000)),
  ],

  window: () => [
    raw(`${ESC}[8;9999;9999t`),
    raw(`${ESC}[8;1;1t${ESC}[4;1;1t`),
    raw(`${ESC}[2t${ESC}[1t`.repeat(1000)),
    raw(`${ESC}[3;9999;9999t${ESC}[9;1t${ESC}[10;1t`),
    raw(range(30, (n) => `${ESC}[${n}t`).repeat(200)),
    raw(`${ESC}[?40h${ESC}[?3h${ESC}[?3l`.repeat(500)),
    raw(`${ESC}[9999$|${ESC}[9999*|${ESC}[9999 t`),
  ],

  question: () => [
    raw(`${ESC}[c`.repeat(30_000)),
    raw(`${ESC}[6n`.repeat(30_000)),
    raw(`${ESC}[5n${ESC}[?6n${ESC}[>c${ESC}[=c${ESC}[>q${ESC}[x`.repeat(3000)),
    raw(range(3000, (n) => `${ESC}[?${n}$p`)),
    raw('\x05'.repeat(10_000)),
    raw(`${ESC}Z`.repeat(10_000)),
    raw(`${ESC}[18t${ESC}[19t${ESC}[14t${ESC}[20t${ESC}[21t`.repeat(2000)),
    raw(`${ESC}[?996n${ESC}[?u${ESC}[>4;2m${ESC}[?4m`.repeat(1000)),
    raw(`${ESC}[1;1;1;1;1;1*y`.repeat(1000)),
  ],

  mode: () => [
    raw(`${ESC}[?9;1000;1002;1003;1004;1005;1006;1015;1016h`),
    raw(`${ESC}[?1003h${ESC}[?1006h`),
    raw(`${ESC}[?1004h`),
    raw(`${ESC}[?2004h${ESC}[200~rm -rf /${ESC}[201~`),
    raw(`${ESC}[200~${ESC}[201~`.repeat(10_000)),
    raw(`${ESC}[?1049h`.repeat(20_000)),
    raw(`${ESC}[?1049h${ESC}[?1049l`.repeat(5000)),
    raw(`${ESC}[?47h${ESC}[?1047h${ESC}[?1048h${ESC}[?1049h${ESC}[?47l`),
    raw(`${ESC}[?1049h${'lost\r\n'.repeat(10_000)}`),
    raw(`${ESC}[?25l${ESC}[?12h${ESC}[99 q`),
    raw(`${ESC}[4h${'x'.repeat(10_000)}${ESC}[20h${ESC}[2h`),
    raw(`${ESC}[?7l${'x'.repeat(100_000)}`),
    raw(`${ESC}[?2026h${'x'.repeat(50_000)}`),
    raw(`${ESC}[?5h${ESC}[?5l`.repeat(10_000)),
    raw(`${ESC}=${ESC}[?1h${ESC}[?66h${ESC}>`),
    raw(`${ESC}[>1u${ESC}[=31u${ESC}[<99u`),
  ],

  screen: () => [
    raw(`${ESC}#8`.repeat(10_000)),
    raw(`${ESC}c`.repeat(20_000)),
    raw(`${ESC}[31${ESC}c;1m${ESC}]0;x${ESC}c${BEL}`),
    raw(`${ESC}[!p`.repeat(20_000)),
    raw(`${ESC}[2J`.repeat(20_000)),
    raw(`${ESC}[3J${ESC}[H${ESC}[J`.repeat(10_000)),
    raw(`${ESC}[?2J${ESC}[?K${ESC}[1"q${ESC}[2J`),
    raw(`${ESC}#3double${ESC}#4double${ESC}#6wide`),
    raw(`${ESC}(0${ESC})0${ESC}*B${ESC}+A\x0elqqk\x0f${ESC}n${ESC}o${ESC}|${ESC}}${ESC}~`),
    raw(range(95, (n) => `${ESC}(${String.fromCharCode(32 + n)}abc`)),
    raw(`${ESC}%G${ESC}%@${ESC}%8`),
    raw(`${ESC}[2;1y${ESC}[4;9y${ESC}[0;0y`),
    raw(`\x0e\x0f`.repeat(50_000)),
  ],

  bytes: () => [
    hex('c0 80 c1 bf e0 80 80 f0 80 80 80'),
    hex('ed a0 80 ed bf bf ed a0 bd ed b8 80'),
    hex('f4 90 80 80 f5 80 80 80 f8 88 80 80 80 fc 84 80 80 80 80 fe ff'),
    hex('80 81 bf 9b 9d 90 98 9e 9f 9c'),
    hex('c3 e2 82 f0 9f 98 1b 5b 33 31 6d'),
    hex('ef bb bf ef bf be ef bf bf f0 9f bf be'),
    Buffer.from(Array.from({ length: 65_536 }, (_, n) => (n * 7919) & 0xff)),
    Buffer.from(Array.from({ length: 65_536 }, (_, n) => (n * 31 + (n >> 8)) & 0xff)),
    Buffer.alloc(200_000, 0xff),
    Buffer.alloc(200_000, 0x80),
    Buffer.alloc(200_001, 0xe2),
    Buffer.alloc(200_000, 0),
    Buffer.concat(Array.from({ length: 32 }, (_, n) => utf8(String.fromCharCode(0x80 + n)))),
    Buffer.from(Array.from({ length: 32 }, (_, n) => n)),
    raw('\x7f'.repeat(100_000)),
    raw('\b'.repeat(100_000)),
    raw('\t'.repeat(100_000)),
    raw('\x07'.repeat(100_000)),
    raw('\r'.repeat(100_000)),
    raw('\v\f'.repeat(20_000)),
    raw('x\b'.repeat(100_000)),
  ],

  letters: () => [
    utf8(`a${'\u0301'.repeat(10_000)}`),
    utf8('a\u0300\u0301\u0302\u0303\u0304'.repeat(5000)),
    utf8('\u202e'.repeat(20_000)),
    utf8(`\u202eexe.gpj\u202c \u2066\u2067\u2069`),
    utf8('\u200b\u200c\u200d\u2060\ufeff'.repeat(20_000)),
    utf8('👩‍'.repeat(20_000)),
    utf8('👩‍👩‍👧‍👦'.repeat(5000)),
    utf8('🇩'.repeat(20_001)),
    utf8('👍🏿'.repeat(5000)),
    utf8(`🏴${'\u{e0067}'.repeat(20_000)}\u{e007f}`),
    utf8('\ufe0f'.repeat(20_000)),
    utf8(`#\ufe0f\u20e3`.repeat(5000)),
    utf8('ก็็็็็็็็็็็็็็็็็็็็'.repeat(2000)),
    utf8('\u1100'.repeat(20_000)),
    utf8('\u1100\u1161\u11a8'.repeat(5000)),
    utf8('﷽'.repeat(5000)),
    utf8('字'.repeat(100_000)),
    utf8('\u{10ffff}\u{e000}\u{f0000}'.repeat(5000)),
    utf8('\u2028\u2029\u0085'.repeat(5000)),
    utf8(
      'zalgo'
        .split('')
        .map((letter) => letter + '\u0336\u0489\u034f'.repeat(300))
        .join('')
        .repeat(20),
    ),
    utf8('\u0600\u0601\u06dd'.repeat(10_000)),
  ],

  line: () => [
    Buffer.alloc(1_000_000, 'x'),
    raw('<script>alert(1)</script><img src=x onerror=alert(1)>'.repeat(1000)),
    raw('\r\n'.repeat(100_000)),
    raw(range(20_000, (n) => `${ESC}[${n % 50};${n % 100}Hx`)),
    raw(range(20_000, (n) => `${ESC}[3${n % 8};4${(n + 3) % 8};1;3;4;9mx`)),
    raw(range(20_000, (n) => `${ESC}[38;2;${n % 256};${(n * 7) % 256};${(n * 13) % 256}mx`)),
  ],
};

function range(count: number, make: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => make(n)).join('');
}
