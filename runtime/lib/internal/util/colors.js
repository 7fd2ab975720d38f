'use strict';

// Escape sequences for messages on stderr; empty where it shows no colours.

const kCodes = {
  blue: '\u001b[34m',
  green: '\u001b[32m',
  white: '\u001b[39m',
  yellow: '\u001b[33m',
  red: '\u001b[31m',
  gray: '\u001b[90m',
  clear: '\u001bc',
  reset: '\u001b[0m',
};

function shouldColorize(stream) {
  const { env } = process;
  if (env.FORCE_COLOR !== undefined) {
    return !['', '0', 'false'].includes(env.FORCE_COLOR) || env.FORCE_COLOR === '';
  }
  return stream?.isTTY === true &&
    (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true);
}

const colors = {
  shouldColorize,
  hasColors: false,
  refresh() {
    const on = shouldColorize(process.stderr);
    for (const name of Object.keys(kCodes)) colors[name] = on ? kCodes[name] : '';
    colors.hasColors = on;
  },
};
for (const name of Object.keys(kCodes)) colors[name] = '';

module.exports = colors;
