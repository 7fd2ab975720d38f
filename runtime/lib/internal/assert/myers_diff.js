'use strict';

// Line differences by Myers' algorithm, and their text for assertion messages.

const colors = require('internal/util/colors');

const kDelete = -1;
const kNop = 0;
const kInsert = 1;
const kNopLinesToCollapse = 5;

// A trailing comma says only that another property follows.
function linesEqual(actual, expected, ignoreComma) {
  if (actual === expected) return true;
  return ignoreComma && (`${actual},` === expected || actual === `${expected},`);
}

// Entries [operation, line], the last line first.
function myersDiff(actual, expected, ignoreComma = false) {
  const actualLength = actual.length;
  const expectedLength = expected.length;
  const max = actualLength + expectedLength;
  if (max > 2 ** 31 - 1) {
    const { codes: { ERR_OUT_OF_RANGE } } = require('internal/errors');
    throw new ERR_OUT_OF_RANGE('myersDiff input size', '< 2^31', max);
  }
  const v = new Int32Array(2 * max + 1);
  const trace = [];
  for (let level = 0; level <= max; level++) {
    // Only the diagonals reached so far can be asked for again.
    trace.push(v.slice(max - level - 1 < 0 ? 0 : max - level - 1, max + level + 2));
    for (let diagonal = -level; diagonal <= level; diagonal += 2) {
      const offset = diagonal + max;
      const goDown = diagonal === -level || (diagonal !== level && v[offset - 1] < v[offset + 1]);
      let x = goDown ? v[offset + 1] : v[offset - 1] + 1;
      let y = x - diagonal;
      while (x < actualLength && y < expectedLength &&
             linesEqual(actual[x], expected[y], ignoreComma)) {
        x++;
        y++;
      }
      v[offset] = x;
      if (x >= actualLength && y >= expectedLength) {
        return backtrack(trace, actual, expected, ignoreComma);
      }
    }
  }
  return [];
}

function backtrack(trace, actual, expected, ignoreComma) {
  const max = actual.length + expected.length;
  let x = actual.length;
  let y = expected.length;
  const result = [];
  for (let level = trace.length - 1; level >= 0; level--) {
    const v = trace[level];
    const base = max - level - 1 < 0 ? 0 : max - level - 1;
    const at = (diagonal) => v[diagonal + max - base];
    const diagonal = x - y;
    const goDown = diagonal === -level ||
      (diagonal !== level && at(diagonal - 1) < at(diagonal + 1));
    const previous = goDown ? diagonal + 1 : diagonal - 1;
    const previousX = at(previous);
    const previousY = previousX - previous;
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      const line = actual[x - 1];
      const value = ignoreComma && !line.endsWith(',') ? expected[y - 1] : line;
      result.push([kNop, value]);
      x--;
      y--;
    }
    if (level > 0) {
      if (x > previousX) result.push([kInsert, actual[--x]]);
      else result.push([kDelete, expected[--y]]);
    }
  }
  return result;
}

// A character-wise difference of two short strings, in colours.
function printSimpleMyersDiff(diff) {
  let message = '';
  for (let i = diff.length - 1; i >= 0; i--) {
    const { 0: operation, 1: value } = diff[i];
    const color = operation === kInsert
      ? colors.green
      : operation === kDelete ? colors.red : colors.white;
    message += `${color}${value}${colors.white}`;
  }
  return `\n${message}`;
}

function printMyersDiff(diff, operator = 'strictEqual') {
  let message = '';
  let skipped = false;
  let nopCount = 0;
  for (let i = diff.length - 1; i >= 0; i--) {
    const { 0: operation, 1: value } = diff[i];
    const previous = i < diff.length - 1 ? diff[i + 1][0] : null;
    // Long runs of equal lines are cut, unless that would save only a line.
    if (previous === kNop && operation !== kNop) {
      if (nopCount === kNopLinesToCollapse + 1) {
        message += `${colors.white}  ${diff[i + 1][1]}\n`;
      } else if (nopCount === kNopLinesToCollapse + 2) {
        message += `${colors.white}  ${diff[i + 2][1]}\n`;
        message += `${colors.white}  ${diff[i + 1][1]}\n`;
      } else if (nopCount >= kNopLinesToCollapse + 3) {
        message += `${colors.blue}...${colors.white}\n`;
        message += `${colors.white}  ${diff[i + 1][1]}\n`;
        skipped = true;
      }
      nopCount = 0;
    }
    if (operation === kInsert) {
      message += operator === 'partialDeepStrictEqual'
        ? `${colors.gray}${colors.hasColors ? ' ' : '+'} ${value}${colors.white}\n`
        : `${colors.green}+${colors.white} ${value}\n`;
    } else if (operation === kDelete) {
      message += `${colors.red}-${colors.white} ${value}\n`;
    } else {
      if (nopCount < kNopLinesToCollapse) message += `${colors.white}  ${value}\n`;
      nopCount++;
    }
  }
  return { message: `\n${message.trimEnd()}`, skipped };
}

module.exports = { myersDiff, printMyersDiff, printSimpleMyersDiff };
