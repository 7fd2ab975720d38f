'use strict';

// util.parseArgs: command line arguments as option values and positionals.

const {
  codes: {
    ERR_INVALID_ARG_VALUE,
    ERR_PARSE_ARGS_INVALID_OPTION_VALUE,
    ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL,
    ERR_PARSE_ARGS_UNKNOWN_OPTION,
  },
} = require('internal/errors');
const {
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateObject,
  validateString,
  validateStringArray,
  validateUnion,
} = require('internal/validators');
const { kEmptyObject } = require('internal/util');

const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

function defaultArgs() {
  const { argv, execArgv } = process;
  // With -e and -p there is no script name in argv.
  const evaluates = execArgv.some((arg) => ['-e', '--eval', '-p', '--print', '-pe'].includes(arg));
  return argv.slice(evaluates ? 1 : 2);
}

function shortToLong(letter, options) {
  for (const name of Object.keys(options)) {
    if (own(options[name], 'short') === letter) return name;
  }
  return letter;
}

const typeOf = (options, name) => own(own(options, name) ?? kEmptyObject, 'type');

function isOptionLike(value) {
  return value !== undefined && value.length > 1 && value[0] === '-';
}

// The arguments as tokens, each with the index of the argument it came from.
function tokenize(args, options) {
  const tokens = [];
  let index = -1;
  let groups = 0;
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift();
    const next = rest[0];
    if (groups > 0) groups--;
    else index++;

    if (arg === '--') {
      tokens.push({ kind: 'option-terminator', index });
      for (const value of rest) tokens.push({ kind: 'positional', index: ++index, value });
      break;
    }
    if (arg.length === 2 && arg[0] === '-' && arg[1] !== '-') {
      const name = shortToLong(arg[1], options);
      let value;
      let inlineValue;
      if (typeOf(options, name) === 'string' && next !== undefined) {
        value = rest.shift();
        inlineValue = false;
      }
      tokens.push({ kind: 'option', name, rawName: arg, index, value, inlineValue });
      if (value != null) ++index;
      continue;
    }
    if (arg.length > 2 && arg[0] === '-' && arg[1] !== '-') {
      const first = shortToLong(arg[1], options);
      if (typeOf(options, first) !== 'string') {
        // -abc is -a -b -c; a letter that takes a value takes the rest of the word.
        const expanded = [];
        for (let i = 1; i < arg.length; i++) {
          const name = shortToLong(arg[i], options);
          if (typeOf(options, name) !== 'string' || i === arg.length - 1) {
            expanded.push(`-${arg[i]}`);
          } else {
            expanded.push(`-${arg.slice(i)}`);
            break;
          }
        }
        rest.unshift(...expanded);
        groups = expanded.length;
        continue;
      }
      tokens.push({
        kind: 'option', name: first, rawName: `-${arg[1]}`, index, value: arg.slice(2),
        inlineValue: true,
      });
      continue;
    }
    if (arg.length > 2 && arg.startsWith('--')) {
      const equals = arg.indexOf('=', 3);
      if (equals === -1) {
        const name = arg.slice(2);
        let value;
        let inlineValue;
        if (typeOf(options, name) === 'string' && next !== undefined) {
          value = rest.shift();
          inlineValue = false;
        }
        tokens.push({ kind: 'option', name, rawName: arg, index, value, inlineValue });
        if (value != null) ++index;
      } else {
        const name = arg.slice(2, equals);
        tokens.push({
          kind: 'option', name, rawName: `--${name}`, index, value: arg.slice(equals + 1),
          inlineValue: true,
        });
      }
      continue;
    }
    tokens.push({ kind: 'positional', index, value: arg });
  }
  return tokens;
}

// "--foo -x" may be two options, or -x the value of --foo: ask for the clear form.
function checkLikeValue(token) {
  if (token.inlineValue || !isOptionLike(token.value)) return;
  const example = token.rawName.startsWith('--')
    ? `'${token.rawName}=-XYZ'`
    : `'--${token.name}=-XYZ' or '${token.rawName}-XYZ'`;
  throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
    `Option '${token.rawName}' argument is ambiguous.\n` +
    `Did you forget to specify the option argument for '${token.rawName}'?\n` +
    `To specify an option argument starting with a dash use ${example}.`);
}

function checkUsage({ options, allowPositionals }, token) {
  let { name } = token;
  if (!Object.hasOwn(options, name)) {
    throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, allowPositionals);
  }
  const config = options[name];
  const short = own(config, 'short');
  name = `${short ? `-${short}, ` : ''}--${name}`;
  const type = own(config, 'type');
  if (type === 'string' && typeof token.value !== 'string') {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${name} <value>' argument missing`);
  }
  if (type === 'boolean' && token.value != null) {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
      `Option '${name}' does not take an argument`);
  }
}

function storeOption(token, options, values, allowNegative) {
  let { value } = token;
  if (token.name === '__proto__') return;
  if (allowNegative && token.name.startsWith('no-') && value === undefined) {
    token.name = token.name.slice(3);  // rawName still says how it was written
    value = false;
  }
  const { name } = token;
  const stored = value ?? true;
  if (own(own(options, name) ?? kEmptyObject, 'multiple')) {
    if (values[name]) values[name].push(stored);
    else values[name] = [stored];
  } else {
    values[name] = stored;
  }
}

function checkOptions(options) {
  for (const name of Object.keys(options)) {
    const config = options[name];
    validateObject(config, `options.${name}`);
    validateUnion(own(config, 'type'), `options.${name}.type`, ['string', 'boolean']);
    if (Object.hasOwn(config, 'short')) {
      validateString(config.short, `options.${name}.short`);
      if (config.short.length !== 1) {
        throw new ERR_INVALID_ARG_VALUE(
          `options.${name}.short`, config.short, 'must be a single character');
      }
    }
    const multiple = own(config, 'multiple');
    if (Object.hasOwn(config, 'multiple')) validateBoolean(multiple, `options.${name}.multiple`);
    const fallback = own(config, 'default');
    if (fallback === undefined) continue;
    const list = multiple ? validateListOf : validateOneOfType;
    list(config.type, fallback, `options.${name}.default`);
  }
}

function validateListOf(type, value, name) {
  (type === 'string' ? validateStringArray : validateBooleanArray)(value, name);
}

function validateOneOfType(type, value, name) {
  (type === 'string' ? validateString : validateBoolean)(value, name);
}

function parseArgs(config = kEmptyObject) {
  validateObject(config, 'config');
  const args = own(config, 'args') ?? defaultArgs();
  const strict = own(config, 'strict') ?? true;
  const allowPositionals = own(config, 'allowPositionals') ?? !strict;
  const returnTokens = own(config, 'tokens') ?? false;
  const allowNegative = own(config, 'allowNegative') ?? false;
  const options = own(config, 'options') ?? { __proto__: null };
  const parsing = { args, strict, options, allowPositionals, allowNegative };

  validateArray(args, 'args');
  validateBoolean(strict, 'strict');
  validateBoolean(allowPositionals, 'allowPositionals');
  validateBoolean(returnTokens, 'tokens');
  validateBoolean(allowNegative, 'allowNegative');
  validateObject(options, 'options');
  checkOptions(options);

  const tokens = tokenize(args, options);
  const result = { values: { __proto__: null }, positionals: [] };
  if (returnTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === 'option') {
      useOption(token, parsing, result.values);
    } else if (token.kind === 'positional') {
      if (!allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    }
  }
  for (const name of Object.keys(options)) {
    const fallback = own(options[name], 'default');
    if (fallback !== undefined && !Object.hasOwn(result.values, name)) {
      result.values[name] = fallback;
    }
  }
  return result;
}

function useOption(token, parsing, values) {
  const { options, strict, allowNegative } = parsing;
  if (strict) {
    const negated = allowNegative && token.name.startsWith('no-') &&
      Object.hasOwn(options, token.name.slice(3));
    if (negated) {
      if (typeOf(options, token.name.slice(3)) !== 'boolean' || token.value != null) {
        throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, parsing.allowPositionals);
      }
    } else {
      checkUsage(parsing, token);
      checkLikeValue(token);
    }
  }
  storeOption(token, options, values, allowNegative);
}

module.exports = { parseArgs };
