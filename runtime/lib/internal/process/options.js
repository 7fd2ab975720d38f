'use strict';

// The runtime's options, of NODE_OPTIONS and of the command line, as words: where an option is given
// twice the last one counts. Asked when needed, because start-up lies in the snapshot.

let words;

function runtimeOptions() {
  words ??= [...internalBinding('env').startInfo().envArgv, ...process.execArgv];
  return words;
}

// What stands behind `--name=`; undefined when the option is not given.
function optionValue(name) {
  const prefix = `${name}=`;
  return runtimeOptions().findLast((word) => word.startsWith(prefix))?.slice(prefix.length);
}

module.exports = { optionValue, runtimeOptions };
