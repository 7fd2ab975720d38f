'use strict';

// process.emitWarning: builds the warning, emits 'warning', and prints it unless told not to.

const {
  codes: { ERR_INVALID_ARG_TYPE },
} = require('internal/errors');
const { validateString } = require('internal/validators');

let traceWarnings = false;
let traceDeprecation = false;
let pendingDeprecation = false;
let silent = false;
let shownHint = false;
let redirectFile;
const disabled = new Set();

function configure(execArgv, env) {
  silent = execArgv.includes('--no-warnings') || env.NODE_NO_WARNINGS === '1';
  traceWarnings = execArgv.includes('--trace-warnings');
  traceDeprecation = execArgv.includes('--trace-deprecation');
  pendingDeprecation = execArgv.includes('--pending-deprecation') ||
    env.NODE_PENDING_DEPRECATION === '1';
  process.noDeprecation = execArgv.includes('--no-deprecation') || undefined;
  process.throwDeprecation = execArgv.includes('--throw-deprecation') || undefined;
  if (traceDeprecation) process.traceDeprecation = true;
  redirectFile = env.NODE_REDIRECT_WARNINGS || undefined;
  for (let i = 0; i < execArgv.length; i++) {
    const [name, value] = optionAt(execArgv, i);
    if (name === '--disable-warning') disabled.add(value);
    else if (name === '--redirect-warnings') redirectFile = value;
    else if (name === '--title') process.title = value;
  }
  if (process.noDeprecation === undefined) delete process.noDeprecation;
  if (process.throwDeprecation === undefined) delete process.throwDeprecation;
}

// [name, value] of "--name=value" or "--name value".
function optionAt(execArgv, index) {
  const option = execArgv[index];
  const equals = option.indexOf('=');
  if (equals === -1) return [option, execArgv[index + 1]];
  return [option.slice(0, equals), option.slice(equals + 1)];
}

function print(warning) {
  if (silent) return;
  if (warning.name === 'DeprecationWarning' && process.noDeprecation) return;
  if (disabled.has(warning.code) || disabled.has(warning.name)) return;
  const isDeprecation = warning.name === 'DeprecationWarning';
  const trace = traceWarnings || (isDeprecation && (traceDeprecation || process.traceDeprecation));
  let text = `(${process.release.name}:${process.pid}) `;
  if (warning.code) text += `[${warning.code}] `;
  if (trace && warning.stack) {
    text += `${warning.stack}`;
  } else {
    text += typeof warning.toString === 'function' ? `${warning.toString()}` : Error.prototype.toString.call(warning);
  }
  if (typeof warning.detail === 'string') text += `\n${warning.detail}`;
  if (!trace && !shownHint) {
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings';
    const name = require('path').basename(process.argv0 || 'node', '.exe');
    text += `\n(Use \`${name} ${flag} ...\` to show where the warning was created)`;
    shownHint = true;
  }
  if (redirectFile === undefined || !appendTo(redirectFile, text)) {
    process.stderr.write(`${text}\n`);
  }
}

// False when the file cannot be written: the warning then goes to stderr after all.
function appendTo(file, text) {
  try {
    require('fs').appendFileSync(file, `${text}\n`);
    return true;
  } catch {
    return false;
  }
}

function createWarning(warning, name, code, ctor, detail) {
  let result = warning;
  if (typeof warning === 'string') {
    const { stackTraceLimit } = Error;
    const hideStack = name === 'DeprecationWarning' && process.noDeprecation;
    if (hideStack) Error.stackTraceLimit = 0;
    result = new Error(warning);
    Error.stackTraceLimit = stackTraceLimit;
    result.name = String(name || 'Warning');
    if (code !== undefined) result.code = code;
    if (detail !== undefined) result.detail = detail;
    if (!hideStack) Error.captureStackTrace(result, ctor || process.emitWarning);
  } else if (!(warning instanceof Error)) {
    throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  }
  return result;
}

function emitWarning(warning, type, code, ctor) {
  let detail;
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    ({ ctor, code, detail, type = 'Warning' } = type);
    if (typeof detail !== 'string') detail = undefined;
  } else if (typeof type === 'function') {
    ctor = type;
    code = undefined;
    type = 'Warning';
  }
  if (type !== undefined) validateString(type, 'type');
  if (typeof code === 'function') {
    ctor = code;
    code = undefined;
  } else if (code !== undefined) {
    validateString(code, 'code');
  }
  const result = createWarning(warning, type, code, ctor, detail);
  if (result.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      process.nextTick(() => { throw result; });
      return;
    }
  }
  process.nextTick(() => process.emit('warning', result));
}

// Deprecations that are only told where --pending-deprecation asks for them; each once.
const toldPending = new Set();
function warnPending(message, code) {
  if (!pendingDeprecation || toldPending.has(code)) return;
  toldPending.add(code);
  process.emitWarning(message, 'DeprecationWarning', code);
}

// For warnings of what is about to end the process.
function emitWarningSync(warning, type, code, ctor) {
  process.emit('warning', createWarning(warning, type, code, ctor));
}

// The default printer is a listener, so that it can be seen and removed.
function onWarning(warning) {
  if (!(warning instanceof Error)) return;
  print(warning);
}

module.exports = {
  configure,
  emitWarning,
  emitWarningSync,
  hasPendingDeprecation: () => pendingDeprecation,
  isSilent: () => silent,
  onWarning,
  warnPending,
};
