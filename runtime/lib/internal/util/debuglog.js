'use strict';

// util.debuglog: messages of one section, printed when NODE_DEBUG names it.

let pattern;
let source;

// NODE_DEBUG is a list of names in which * stands for anything.
function isEnabled(section) {
  const text = process.env.NODE_DEBUG ?? '';
  if (text !== source) {
    source = text;
    const names = text.replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replaceAll('*', '.*')
      .replaceAll(',', '$|^');
    pattern = text === '' ? undefined : new RegExp(`^${names}$`, 'i');
  }
  return pattern !== undefined && pattern.test(section);
}

function print(section, args) {
  const { formatWithOptions } = require('internal/util/format');
  const colors = process.stderr.hasColors?.() === true;
  const text = formatWithOptions({ colors }, ...args);
  process.stderr.write(`${section} ${process.pid}: ${text}\n`);
}

// `onReady` receives the function that later calls can use directly.
function debuglog(section, onReady) {
  section = `${section}`.toUpperCase();
  let enabled;
  function check() {
    enabled ??= isEnabled(section);
    return enabled;
  }
  let debug = (...args) => {
    const on = check();
    debug = on ? (...rest) => print(section, rest) : () => {};
    if (typeof onReady === 'function') onReady(debug);
    if (on) print(section, args);
  };
  const logger = (...args) => debug(...args);
  Object.defineProperty(logger, 'enabled', {
    __proto__: null,
    get: check,
    configurable: true,
    enumerable: true,
  });
  return logger;
}

module.exports = { debuglog };
