'use strict';

// Files of NAME=value lines, as process.loadEnvFile and util.parseEnv read them.

const kQuotes = new Set(['"', "'", '`']);

function parseEnv(content) {
  const result = { __proto__: null };
  const text = content.replaceAll('\r', '');
  let at = 0;
  const lineEnd = () => {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  };
  while (at < text.length) {
    const end = lineEnd();
    const line = text.slice(at, end);
    const equals = line.indexOf('=');
    const trimmed = line.trim();
    if (trimmed === '' || trimmed[0] === '#' || equals === -1) {
      at = end + 1;
      continue;
    }
    let key = line.slice(0, equals).trim();
    if (key.startsWith('export ')) key = key.slice(7).trim();
    if (key === '') {
      at = end + 1;
      continue;
    }
    let start = at + equals + 1;
    while (start < end && (text[start] === ' ' || text[start] === '\t')) start++;
    const quote = text[start];
    const close = start < end && kQuotes.has(quote) ? text.indexOf(quote, start + 1) : -1;
    if (close !== -1) {
      // Quoted values may span lines; only double quotes know \n.
      let value = text.slice(start + 1, close);
      if (quote === '"') value = value.replaceAll('\\n', '\n');
      result[key] = value;
      at = close + 1;
      at = lineEnd() + 1;
      continue;
    }
    let value = text.slice(start, end);
    const comment = value.indexOf('#');
    if (comment !== -1) value = value.slice(0, comment);
    result[key] = value.trim();
    at = end + 1;
  }
  return result;
}

module.exports = { parseEnv };
