'use strict';

// What every part of node:http shares: methods, status texts, checks of header names and values,
// the Date header.

const {
  codes: { ERR_HTTP_INVALID_HEADER_VALUE, ERR_INVALID_CHAR, ERR_INVALID_HTTP_TOKEN },
} = require('internal/errors');

const STATUS_CODES = {
  100: 'Continue', 101: 'Switching Protocols', 102: 'Processing', 103: 'Early Hints',
  200: 'OK', 201: 'Created', 202: 'Accepted', 203: 'Non-Authoritative Information',
  204: 'No Content', 205: 'Reset Content', 206: 'Partial Content', 207: 'Multi-Status',
  208: 'Already Reported', 226: 'IM Used',
  300: 'Multiple Choices', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other',
  304: 'Not Modified', 305: 'Use Proxy', 307: 'Temporary Redirect', 308: 'Permanent Redirect',
  400: 'Bad Request', 401: 'Unauthorized', 402: 'Payment Required', 403: 'Forbidden',
  404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable',
  407: 'Proxy Authentication Required', 408: 'Request Timeout', 409: 'Conflict', 410: 'Gone',
  411: 'Length Required', 412: 'Precondition Failed', 413: 'Payload Too Large',
  414: 'URI Too Long', 415: 'Unsupported Media Type', 416: 'Range Not Satisfiable',
  417: 'Expectation Failed', 418: 'I\'m a Teapot', 421: 'Misdirected Request',
  422: 'Unprocessable Entity', 423: 'Locked', 424: 'Failed Dependency', 425: 'Too Early',
  426: 'Upgrade Required', 428: 'Precondition Required', 429: 'Too Many Requests',
  431: 'Request Header Fields Too Large', 451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway',
  503: 'Service Unavailable', 504: 'Gateway Timeout', 505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates', 507: 'Insufficient Storage', 508: 'Loop Detected',
  509: 'Bandwidth Limit Exceeded', 510: 'Not Extended', 511: 'Network Authentication Required',
};

const METHODS = internalBinding('http_parser').methods().sort();

const kToken = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const kBadHeaderChar = /[^\t\x20-\x7e\x80-\xff]/;

function checkIsHttpToken(value) {
  return kToken.test(value);
}

function checkInvalidHeaderChar(value) {
  return kBadHeaderChar.test(value);
}

// Names already found valid → their lower-case form. Bounded: names can come from requests.
const knownNames = new Map();
const kMostKnownNames = 500;

// Checks a header's name; returns it in lower case.
function lowerName(name, label) {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (typeof name !== 'string' || !kToken.test(name)) {
    throw new ERR_INVALID_HTTP_TOKEN(label ?? 'Header name', name);
  }
  const lower = name.toLowerCase();
  if (knownNames.size < kMostKnownNames) knownNames.set(name, lower);
  return lower;
}

function validateHeaderName(name, label) {
  lowerName(name, label);
}

function validateHeaderValue(name, value) {
  if (value === undefined) throw new ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (typeof value === 'number') return;
  if (kBadHeaderChar.test(value)) throw new ERR_INVALID_CHAR('header content', name);
}

let cachedSecond = -1;
let cachedDate = '';

// The Date header's value, made once a second.
function utcDate() {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedDate = new Date(second * 1000).toUTCString();
  }
  return cachedDate;
}

// --max-http-header-size, which workers inherit.
let headerSizeOption;
function getMaxHeaderSize() {
  if (headerSizeOption === undefined) {
    const value = require('internal/process/options').optionValue('--max-http-header-size');
    headerSizeOption = Number(value) || 16 * 1024;
  }
  return headerSizeOption;
}

// --insecure-http-parser: what servers and clients do that say nothing of their own.
let insecureOption;
function isInsecureByDefault() {
  insecureOption ??=
    require('internal/process/options').runtimeOptions().includes('--insecure-http-parser');
  return insecureOption;
}

const kChunked = /(?:^|\W)chunked(?:$|\W)/i;

module.exports = {
  METHODS,
  STATUS_CODES,
  checkInvalidHeaderChar,
  checkIsHttpToken,
  getMaxHeaderSize,
  isInsecureByDefault,
  kChunked,
  kIncoming: Symbol('incoming'),
  kNeedDrain: Symbol('needDrain'),
  lowerName,
  utcDate,
  validateHeaderName,
  validateHeaderValue,
};
