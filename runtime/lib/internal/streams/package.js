'use strict';

// Loads the files of the pinned readable-stream package with this runtime's own errors, validators
// and utilities in place of the package's portable copies, so that codes, classes and identities
// are the same everywhere.

const { compile } = internalBinding('builtins');

const kPackage = 'npm:readable-stream/';
const kReplaced = {
  '__proto__': null,
  'lib/ours/errors': () => require('internal/streams/shims').errors,
  'lib/ours/util': () => require('internal/streams/shims').util,
  'lib/internal/validators': () => require('internal/streams/shims').validators,
  'lib/internal/shims/process': () => process,
  'lib/internal/streams/state': () => require('internal/streams/state'),
};

// Replaced for one file only. A stream that has ended is done for finished() only when what was
// written has been handed over.
const kReplacedFor = {
  '__proto__': null,
  'lib/internal/streams/end-of-stream ./utils': () => {
    const utils = load('lib/internal/streams/utils');
    function isWritable(stream) {
      const answer = utils.isWritable(stream);
      return answer === false && stream._writableState?.pendingcb > 0 ? null : answer;
    }
    return { ...utils, isWritable };
  },
};

const loaded = new Map();
let depth = 0;
let settled = false;

// "lib/internal/streams/readable" + "../../ours/errors" -> "lib/ours/errors"
function resolve(from, specifier) {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/').replace(/\.js$/, '');
}

function load(path) {
  const cached = loaded.get(path);
  if (cached !== undefined) return cached.exports;
  const module = { id: kPackage + path, exports: {} };
  loaded.set(path, module);
  const replacement = kReplaced[path];
  if (replacement !== undefined) {
    module.exports = replacement();
    return module.exports;
  }
  // The package calls require() in constructors, so an answer is looked up once.
  const answers = new Map();
  const requireFrom = (specifier) => {
    let answer = answers.get(specifier);
    if (answer !== undefined) return answer;
    answer = kReplacedFor[`${path} ${specifier}`]?.();
    answer ??= specifier[0] === '.'
      ? load(resolve(path, specifier))
      : require(specifier.replace(/\/$/, ''));
    // While a cycle is being loaded `module.exports` may still be replaced.
    if (settled) answers.set(specifier, answer);
    return answer;
  };
  depth++;
  try {
    compile(module.id)(module.exports, requireFrom, module);
  } finally {
    depth--;
  }
  settled = depth === 0;
  return module.exports;
}

module.exports = { load };
