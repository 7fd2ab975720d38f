'use strict';

// The default high water marks, and how a stream's options choose its own.

const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');

let defaultBytes = 64 * 1024;
let defaultObjects = 16;

function getDefaultHighWaterMark(objectMode) {
  return objectMode ? defaultObjects : defaultBytes;
}

function setDefaultHighWaterMark(objectMode, value) {
  require('internal/validators').validateInteger(value, 'value', 0);
  if (objectMode) defaultObjects = value;
  else defaultBytes = value;
}

function getHighWaterMark(state, options, duplexKey, isDuplex) {
  let mark = options.highWaterMark;
  if (mark == null && isDuplex) mark = options[duplexKey];
  if (mark == null) return state.objectMode ? defaultObjects : defaultBytes;
  if (!Number.isInteger(mark) || mark < 0) {
    const name = isDuplex ? `options.${duplexKey}` : 'options.highWaterMark';
    throw new ERR_INVALID_ARG_VALUE(name, mark);
  }
  return mark;
}

module.exports = { getDefaultHighWaterMark, getHighWaterMark, setDefaultHighWaterMark };
