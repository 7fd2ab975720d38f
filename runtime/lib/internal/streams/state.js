'use strict';

// The default high water marks, and how a stream's options choose its own.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_ENCODING } } = require('internal/errors');
const { Buffer } = require('buffer');

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

// Called by each state that is made with options, so the other options are checked here as well.
function getHighWaterMark(state, options, duplexKey, isDuplex) {
  const { defaultEncoding } = options;
  if (defaultEncoding != null && !Buffer.isEncoding(defaultEncoding)) {
    throw new ERR_UNKNOWN_ENCODING(defaultEncoding);
  }
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
