'use strict';

// Messages that need logic, one formatter per code, called with the new error as `this`. Codes not
// listed here take the text of errors.def with "%s" filled in.

let errors;
function inspect(value, options) {
  errors ??= require('internal/errors');
  return errors.inspect(value, options);
}

const kPrimitiveTypes = new Set([
  'string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol',
]);
const kClassName = /^[A-Z][a-zA-Z0-9]*$/;

// "a", "a or b", "a, b, or c".
function formatList(array, word = 'and') {
  switch (array.length) {
    case 0: return '';
    case 1: return `${array[0]}`;
    case 2: return `${array[0]} ${word} ${array[1]}`;
    default: return `${array.slice(0, -1).join(', ')}, ${word} ${array[array.length - 1]}`;
  }
}

// "type string ('abc')", "an instance of Foo", "function f", "undefined".
function determineSpecificType(value) {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'undefined': return 'undefined';
    case 'bigint': return `type bigint (${value}n)`;
    case 'number': return `type number (${Object.is(value, -0) ? '-0' : value})`;
    case 'boolean': return `type boolean (${value})`;
    case 'symbol': return `type symbol (${String(value)})`;
    case 'function': return `function ${value.name}`;
    case 'string': {
      const shown = value.length > 28 ? `${value.slice(0, 25)}...` : value;
      return shown.includes("'")
        ? `type string (${JSON.stringify(shown)})`
        : `type string ('${shown}')`;
    }
    default:
      if (value.constructor && 'name' in value.constructor) {
        return `an instance of ${value.constructor.name}`;
      }
      return inspect(value, { depth: -1 });
  }
}

// 12345678 -> "12_345_678".
function addNumericalSeparator(text) {
  let result = '';
  let end = text.length;
  const start = text[0] === '-' ? 1 : 0;
  for (; end >= start + 4; end -= 3) result = `_${text.slice(end - 3, end)}${result}`;
  return `${text.slice(0, end)}${result}`;
}

function subject(name) {
  if (name.endsWith(' argument')) return `The ${name}`;
  return `The "${name}" ${name.includes('.') ? 'property' : 'argument'}`;
}

function describeExpected(expected) {
  let types = [];
  const instances = [];
  const other = [];
  for (const value of Array.isArray(expected) ? expected : [expected]) {
    if (kPrimitiveTypes.has(value)) types.push(value.toLowerCase());
    else if (kClassName.test(value)) instances.push(value);
    else other.push(value);
  }
  // "object" beside classes reads as the class Object.
  if (instances.length > 0 && types.includes('object')) {
    types = types.filter((type) => type !== 'object');
    instances.push('Object');
  }
  const parts = [];
  if (types.length > 0) {
    parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${formatList(types, 'or')}`);
  }
  if (instances.length > 0) parts.push(`an instance of ${formatList(instances, 'or')}`);
  if (other.length > 1) {
    parts.push(`one of ${formatList(other, 'or')}`);
  } else if (other.length === 1) {
    parts.push(`${other[0].toLowerCase() !== other[0] ? 'an ' : ''}${other[0]}`);
  }
  return parts.join(' or ');
}

function shortInspect(value, limit = 128) {
  const text = inspect(value);
  return text.length > limit ? `${text.slice(0, limit)}...` : text;
}

function importedFrom(base) {
  return base ? ` imported from ${base}` : '';
}

const messages = {
  __proto__: null,
  ERR_ARG_NOT_ITERABLE: (name) => `${name} must be iterable`,
  ERR_BUFFER_OUT_OF_BOUNDS: (name) => {
    return name
      ? `"${name}" is outside of buffer bounds`
      : 'Attempt to access memory outside buffer bounds';
  },
  ERR_FALSY_VALUE_REJECTION(reason) {
    this.reason = reason;
    return 'Promise was rejected with falsy value';
  },
  ERR_HTTP_BODY_NOT_ALLOWED: () =>
    'Adding content for this request method or response status is not allowed.',
  ERR_INVALID_ADDRESS_FAMILY(addressType, host, port) {
    this.host = host;
    this.port = port;
    return `Invalid address family: ${addressType} ${host}:${port}`;
  },
  ERR_INVALID_ARG_TYPE: (name, expected, actual) => {
    const received = determineSpecificType(actual);
    return `${subject(name)} must be ${describeExpected(expected)}. Received ${received}`;
  },
  ERR_INVALID_ARG_VALUE: (name, value, reason = 'is invalid') => {
    const kind = name.includes('.') ? 'property' : 'argument';
    return `The ${kind} '${name}' ${reason}. Received ${shortInspect(value)}`;
  },
  ERR_INVALID_CHAR: (name, field) => {
    return `Invalid character in ${name}${field === undefined ? '' : ` ["${field}"]`}`;
  },
  ERR_INVALID_IP_ADDRESS: (address) => `Invalid IP address: ${address}`,
  ERR_INVALID_MIME_SYNTAX: (production, text, index) => {
    const at = index !== -1 && index !== undefined ? ` at ${index}` : '';
    return `The MIME syntax for a ${production} in "${text}" is invalid${at}`;
  },
  ERR_INVALID_MODULE_SPECIFIER: (request, reason, base) =>
    `Invalid module "${request}" ${reason}${importedFrom(base)}`,
  ERR_INVALID_OBJECT_DEFINE_PROPERTY: (text) => text,
  ERR_INVALID_PACKAGE_CONFIG: (path, base, message) => {
    const importing = base ? ` while importing ${base}` : '';
    return `Invalid package config ${path}${importing}${message ? `. ${message}` : ''}`;
  },
  ERR_INVALID_PACKAGE_TARGET: (packagePath, key, target, isImport = false, base = undefined) => {
    const relative = typeof target === 'string' && !isImport && target.length > 0 &&
      !target.startsWith('./');
    const field = isImport ? 'imports' : 'exports';
    const what = key === '.'
      ? `Invalid "exports" main target ${JSON.stringify(target)} defined`
      : `Invalid "${field}" target ${JSON.stringify(target)} defined for '${key}'`;
    return `${what} in the package config ${packagePath}package.json${importedFrom(base)}` +
      (relative ? '; targets must start with "./"' : '');
  },
  ERR_INVALID_RETURN_PROPERTY_VALUE: (input, name, property, value) =>
    `Expected ${input} to be returned for the "${property}" from the "${name}" ` +
    `function but got ${determineSpecificType(value)}.`,
  ERR_INVALID_RETURN_VALUE: (input, name, value) =>
    `Expected ${input} to be returned from the "${name}" function but got ` +
    `${determineSpecificType(value)}.`,
  ERR_INVALID_SYNC_FORK_INPUT: (value) =>
    'Asynchronous forks do not support Buffer, TypedArray, DataView or string input: ' +
    inspect(value),
  ERR_INVALID_FILE_URL_PATH(reason, input) {
    if (input !== undefined) this.input = input;
    return `File URL path ${reason}`;
  },
  ERR_INVALID_URL(input, base) {
    this.input = input;
    if (base !== null && base !== undefined) this.base = base;
    return 'Invalid URL';
  },
  ERR_INVALID_URL_SCHEME: (expected) => {
    const list = typeof expected === 'string' ? [expected] : expected;
    return list.length === 2
      ? `The URL must be one of scheme ${list[0]} or ${list[1]}`
      : `The URL must be of scheme ${list[0]}`;
  },
  ERR_MISSING_ARGS: (...names) => {
    const quoted = names.map((name) => {
      return Array.isArray(name) ? name.map((one) => `"${one}"`).join(' or ') : `"${name}"`;
    });
    const plural = quoted.length > 1 ? 'arguments' : 'argument';
    return `The ${formatList(quoted, 'and')} ${plural} must be specified`;
  },
  ERR_MODULE_NOT_FOUND(path, base, exactUrl) {
    if (base === undefined) return path;
    if (exactUrl) this.url = String(exactUrl);
    return `Cannot find ${exactUrl ? 'module' : 'package'} '${path}' imported from ${base}`;
  },
  ERR_OUT_OF_RANGE: (name, range, input, replaceDefaultBoolean = false) => {
    const start = replaceDefaultBoolean ? name : `The value of "${name}" is out of range.`;
    let received;
    if (Number.isInteger(input) && Math.abs(input) > 2 ** 32) {
      received = addNumericalSeparator(String(input));
    } else if (typeof input === 'bigint') {
      const large = input > 2n ** 32n || input < -(2n ** 32n);
      received = `${large ? addNumericalSeparator(String(input)) : input}n`;
    } else {
      received = inspect(input);
    }
    return `${start} It must be ${range}. Received ${received}`;
  },
  ERR_PACKAGE_IMPORT_NOT_DEFINED: (specifier, packagePath, base) => {
    const where = packagePath ? ` in package ${packagePath}package.json` : '';
    return `Package import specifier "${specifier}" is not defined${where}${importedFrom(base)}`;
  },
  ERR_PACKAGE_PATH_NOT_EXPORTED: (packagePath, subpath, base) => {
    return subpath === '.'
      ? `No "exports" main defined in ${packagePath}package.json${importedFrom(base)}`
      : `Package subpath '${subpath}' is not defined by "exports" in ` +
        `${packagePath}package.json${importedFrom(base)}`;
  },
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: (positional) =>
    `Unexpected argument '${positional}'. This command does not take positional arguments`,
  ERR_PARSE_ARGS_UNKNOWN_OPTION: (option, allowPositionals) => {
    const hint = allowPositionals
      ? `. To specify a positional argument starting with a '-', place it at the end of the ` +
        `command after '--', as in '-- ${JSON.stringify(option)}`
      : '';
    return `Unknown option '${option}'${hint}`;
  },
  ERR_REQUIRE_ASYNC_MODULE: (filename, requireStack) => {
    const text = 'require() cannot be used on an ESM graph with top-level await. Use import() ' +
      'instead. To see where the top-level await comes from, use ' +
      `--experimental-print-required-tla.\nRequired module: ${filename}`;
    if (requireStack.length === 0) return text;
    return `${text}\nRequire stack:\n- ${requireStack.join('\n- ')}`;
  },
  ERR_SOCKET_BAD_PORT: (name, port, allowZero = true) => {
    const received = determineSpecificType(port);
    return `${name} should be ${allowZero ? '>=' : '>'} 0 and < 65536. Received ${received}.`;
  },
  ERR_UNHANDLED_ERROR: (error = undefined) => {
    return error === undefined ? 'Unhandled error.' : `Unhandled error. (${error})`;
  },
  ERR_UNKNOWN_FILE_EXTENSION: (extension, path) =>
    `Unknown file extension "${extension}" for ${path}`,
  ERR_UNSUPPORTED_DIR_IMPORT(path, base, exactUrl) {
    if (base === undefined) return path;
    this.url = exactUrl;
    return `Directory import '${path}' is not supported resolving ES modules imported from ${base}`;
  },
  ERR_UNSUPPORTED_ESM_URL_SCHEME: (url, supported) => {
    if (supported === undefined) return url;
    return `Only URLs with a scheme in: ${formatList(supported)} are supported by the default ` +
      `ESM loader. Received protocol '${url.protocol}'`;
  },
  ERR_WORKER_INVALID_EXEC_ARGV: (list, message = 'invalid execArgv flags') =>
    `Initiated Worker with ${message}: ${list.join(', ')}`,
  ERR_WORKER_PATH: (filename) => {
    const scheme = /^(?:file:\/\/|data:)/.exec(filename)?.[0];
    const remedy = scheme === undefined ? '' : ` Wrap ${scheme} URLs with \`new URL\`.`;
    return 'The worker script or module filename must be an absolute path or a relative path ' +
      `starting with './' or '../'.${remedy} Received "${filename}"`;
  },
};

// Codes that are thrown as more than one class: new ERR_INVALID_STATE.TypeError(...).
const alsoAs = {
  __proto__: null,
  ERR_ENCODING_INVALID_ENCODED_DATA: ['RangeError'],
  ERR_FEATURE_UNAVAILABLE_ON_PLATFORM: ['TypeError'],
  ERR_INVALID_ARG_VALUE: ['RangeError', 'SyntaxError'],
  ERR_INVALID_STATE: ['TypeError', 'RangeError'],
};

module.exports = {
  __proto__: null,
  ...messages,
  addNumericalSeparator,
  alsoAs,
  determineSpecificType,
  formatList,
};
