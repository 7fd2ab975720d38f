'use strict';

// The line of the program that an error's stack leads to, in the form of V8's own frames:
// "file:line", the line, a mark below it. For errors whose throw lies in a builtin module or is
// not known any more (rejected promises).

const kFrame = /^ {4}at (?:.*? \()?(.+):(\d+):(\d+)\)?$/;
const kLongestLine = 4096;
const kLargestFile = 1 << 26;

// [name as the stack has it, path, line, column] of the innermost call that lies in a file.
function positionOf(stack) {
  for (const text of stack.split('\n')) {
    const match = kFrame.exec(text);
    if (match === null) continue;
    const { 1: name, 2: line, 3: column } = match;
    const path = name.startsWith('file://') ? toPath(name) : name;
    if (path?.startsWith('/')) return [name, path, Number(line), Number(column)];
  }
  return undefined;
}

function toPath(url) {
  try {
    return require('internal/url').fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function readLine(path, line) {
  const fs = require('fs');
  const stats = fs.statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > kLargestFile) return undefined;
  return fs.readFileSync(path, 'utf8').split('\n')[line - 1]?.slice(0, kLongestLine);
}

// "" when there is nothing to show.
function frameOfStack(error) {
  try {
    const { stack } = error;
    const position = typeof stack === 'string' ? positionOf(stack) : undefined;
    if (position === undefined) return '';
    const { 0: name, 1: path, 2: line, 3: column } = position;
    const source = readLine(path, line);
    if (source === undefined) return '';
    // Tabs stay tabs, so that the mark stands under its text.
    const indent = source.slice(0, column - 1).replace(/[^\t]/g, ' ');
    return `${name}:${line}\n${source}\n${indent}^\n`;
  } catch {
    return '';  // a frame is a convenience: the error itself is still reported
  }
}

module.exports = { frameOfStack };
