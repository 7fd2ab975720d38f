'use strict';

// Regular expressions the engine cannot parse (flag v, duplicate named groups, (?i:) modifiers),
// for texts that failed to compile because of one. Each such literal becomes the call of a
// function that is added after the last line and pads to the literal's length, so that every other
// line and column stays where it was.

const kMayBeRegExp = /^Invalid regular expression|^Invalid flags/;
const kFirstName = 0x3400;  // CJK ideographs: one letter each, and seldom in anyone's code

function findLiterals(source, sourceType) {
  const acorn = require('npm:acorn');
  const literals = [];
  try {
    acorn.parse(source, {
      ecmaVersion: 'latest',
      sourceType,
      allowHashBang: true,
      allowReturnOutsideFunction: sourceType === 'script',
      allowAwaitOutsideFunction: sourceType === 'module',
      allowImportExportEverywhere: false,
      onToken(token) {
        if (token.type.label === 'regexp') literals.push(token);
      },
    });
  } catch {
    return [];  // not our fault to explain: the engine's own error stands
  }
  return literals.filter(({ value: { pattern, flags } }) => !isSupported(pattern, flags));
}

function isSupported(pattern, flags) {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

// Names that occur twice: the second is renamed, and results are joined when the expression is
// used.
function renameDuplicates(pattern) {
  const seen = new Map();
  const renamed = pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?<([^=!>][^>]*)>/g,
                                  (match, name) => {
    if (name === undefined) return match;
    const aliases = seen.get(name) ?? [];
    const alias = aliases.length === 0 ? name : `${name}$$${aliases.length}`;
    aliases.push(alias);
    seen.set(name, aliases);
    return `(?<${alias}>`;
  });
  const joined = {};
  for (const { 0: name, 1: aliases } of seen) if (aliases.length > 1) joined[name] = aliases;
  // \k<name> means whichever of them took part; the others match the empty string.
  const withReferences = renamed.replace(/\\k<([^>]+)>/g, (match, name) => {
    return joined[name] === undefined ? match : joined[name].map((a) => `\\k<${a}>`).join('');
  });
  return { pattern: withReferences, joined };
}

const kJoin =
  'function(r,n){var e=RegExp.prototype.exec;Object.defineProperty(r,"exec",{configurable:true,' +
  'writable:true,value:function exec(s){var m=e.call(this,s),g=m&&m.groups;if(g)for(var k in n){' +
  'for(var i=0;i<n[k].length;i++){var a=n[k][i];if(g[a]!==undefined)g[k]=g[a];' +
  'if(a!==k)delete g[a]}}return m}});return r}';

// The expression that makes what the literal meant.
function rewrite({ pattern, flags }) {
  const rewritePattern = require('npm:regexpu-core');
  const { pattern: unique, joined } = renameDuplicates(pattern);
  let newFlags = flags;
  let text = unique;
  if (flags.includes('v') || !isSupported(unique, flags)) {
    text = rewritePattern(unique, flags, {
      unicodeSetsFlag: 'transform',
      modifiers: 'transform',
      onNewFlags: (changed) => { newFlags = changed; },
    });
    newFlags = newFlags.replace('v', 'u');
  }
  const literal = `new RegExp(${JSON.stringify(text)},${JSON.stringify(newFlags)})`;
  if (Object.keys(joined).length === 0) return literal;
  return `(${kJoin})(${literal},${JSON.stringify(joined)})`;
}

function nextName(source, state) {
  let name;
  do {
    name = String.fromCharCode(state.next++);
  } while (source.includes(name));
  return name;
}

// The text to compile instead, or undefined when there is nothing to transform.
function afterSyntaxError(source, error, sourceType) {
  if (!(error instanceof SyntaxError) || !kMayBeRegExp.test(error.message)) return undefined;
  const literals = findLiterals(source, sourceType);
  if (literals.length === 0) return undefined;
  const state = { next: kFirstName };
  let out = '';
  let added = '\n';
  let position = 0;
  try {
    for (const { start, end, value } of literals) {
      const name = nextName(source, state);
      added += `function ${name}(){return ${rewrite(value)}}`;
      out += source.slice(position, start) + `${name}()`.padEnd(end - start);
      position = end;
    }
  } catch {
    return undefined;  // a pattern that is wrong in any engine
  }
  return out + source.slice(position) + added;
}

module.exports = { afterSyntaxError };
