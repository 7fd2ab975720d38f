'use strict';

// node:stream/consumers: a whole stream as one value.

const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { isArrayBuffer, isSharedArrayBuffer, isArrayBufferView } = require('internal/util/types');

async function blob(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const { Blob } = require('internal/blob');
  return new Blob(chunks);
}

async function arrayBuffer(stream) {
  return (await blob(stream)).arrayBuffer();
}

async function bytes(stream) {
  return (await blob(stream)).bytes();
}

async function buffer(stream) {
  const { Buffer } = require('buffer');
  return Buffer.from(await arrayBuffer(stream));
}

async function text(stream) {
  const { TextDecoder } = require('internal/encoding');
  const decoder = new TextDecoder();
  let result = '';
  for await (const chunk of stream) {
    if (typeof chunk === 'string') {
      result += chunk;
      continue;
    }
    if (!isArrayBuffer(chunk) && !isSharedArrayBuffer(chunk) && !isArrayBufferView(chunk)) {
      throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'ArrayBuffer', 'ArrayBufferView'], chunk);
    }
    result += decoder.decode(chunk, { stream: true });
  }
  return result + decoder.decode();
}

async function json(stream) {
  return JSON.parse(await text(stream));
}

module.exports = { arrayBuffer, blob, buffer, bytes, text, json };
