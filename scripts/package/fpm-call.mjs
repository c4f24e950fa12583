/** Options of fpm that stand alone; every other one is followed by its value. */
const switches = new Set(['--force', '--debug']);

const maintainerScripts = {
  '--before-install': 'preinst',
  '--after-install': 'postinst',
  '--before-remove': 'prerm',
  '--after-remove': 'postrm',
};

/** Reads an fpm command line, as far as electron-builder uses it, into what a package needs. */
export function readCall(words) {
  const call = {
    type: undefined,
    output: undefined,
    fields: {},
    depends: [],
    recommends: [],
    scripts: {},
    content: [],
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (switches.has(word)) continue;
    if (word.startsWith('-')) readOption(call, word, words[++i]);
    else call.content.push(readContent(word));
  }
  return call;
}

function readOption(call, option, value) {
  if (option === '-t') call.type = value;
  else if (option === '--package') call.output = value;
  else if (option === '-d') call.depends.push(value);
  else if (option === '--deb-recommends') call.recommends.push(value);
  else if (option in maintainerScripts) call.scripts[maintainerScripts[option]] = value;
  else call.fields[option.replace(/^-+/, '')] = value;
}

/** `from=to`; the last `=` parts them, because a folder of the builder may have one in its name. */
function readContent(word) {
  const at = word.lastIndexOf('=');
  return { from: word.slice(0, at), to: word.slice(at + 1) };
}

/** The control file of the package (deb-control(5)). */
export function controlFile({ fields, depends, recommends }, installedKiB) {
  const hasHomepage = fields.url && !/\.invalid\/?$/.test(fields.url);
  const lines = [
    `Package: ${fields.name}`,
    `Version: ${fields.version}`,
    `Architecture: ${fields.architecture}`,
    `Maintainer: ${fields.maintainer}`,
    `Installed-Size: ${installedKiB}`,
    depends.length > 0 && `Depends: ${depends.join(', ')}`,
    recommends.length > 0 && `Recommends: ${recommends.join(', ')}`,
    `Section: ${fields.category ?? 'misc'}`,
    `Priority: ${fields['deb-priority'] ?? 'optional'}`,
    hasHomepage && `Homepage: ${fields.url}`,
    `Description: ${description(fields.description ?? '')}`,
  ];
  return `${lines.filter(Boolean).join('\n')}\n`;
}

/** First line: the synopsis. The others begin with a space, and an empty one is written as a dot. */
function description(text) {
  const [synopsis, ...more] = text.trim().split('\n');
  return [synopsis.trim(), ...more.map((line) => ` ${line.trim() || '.'}`)].join('\n');
}
