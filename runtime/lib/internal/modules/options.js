'use strict';

// The runtime options that module loading depends on, read from the command line (and NODE_OPTIONS)
// when they are first needed: not at start-up, which lies in the snapshot.

let options;

function readOptions() {
  const found = { conditions: [], preserveSymlinks: false, preserveSymlinksMain: false };
  const words = require('internal/process/options').runtimeOptions();
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '-C' || word === '--conditions') {
      if (i + 1 < words.length) found.conditions.push(words[++i]);
    } else if (word.startsWith('--conditions=')) {
      found.conditions.push(word.slice('--conditions='.length));
    } else if (word === '--preserve-symlinks') {
      found.preserveSymlinks = true;
    } else if (word === '--preserve-symlinks-main') {
      found.preserveSymlinksMain = true;
    }
  }
  if (process.env.NODE_PRESERVE_SYMLINKS === '1') found.preserveSymlinks = true;
  if (process.env.NODE_PRESERVE_SYMLINKS_MAIN === '1') found.preserveSymlinksMain = true;
  return found;
}

function getOptions() {
  options ??= readOptions();
  return options;
}

module.exports = { getOptions };
