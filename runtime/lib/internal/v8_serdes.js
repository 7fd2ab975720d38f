'use strict';

// v8.serialize and the classes behind it.

const { Buffer } = require('buffer');
const native = internalBinding('serdes');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');

// By index in the bytes; the order is Node.js's, whose output we read and the other way round.
const viewTypes = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, DataView, Buffer, BigInt64Array, BigUint64Array,
];
const kBuffer = viewTypes.indexOf(Buffer);

function checkView(value, name) {
  if (!ArrayBuffer.isView(value)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value);
  }
}

class Serializer extends native.Serializer {
  _getDataCloneError(message) {
    return new Error(message);
  }

  releaseBuffer() {
    return Buffer.from(super.releaseBuffer());
  }

  writeRawBytes(bytes) {
    checkView(bytes, 'source');
    super.writeRawBytes(bytes);
  }
}

class Deserializer extends native.Deserializer {
  constructor(buffer) {
    checkView(buffer, 'buffer');
    super(buffer);
    this.buffer = buffer;
  }

  readRawBytes(length) {
    const offset = this._readRawBytes(length);
    const { buffer, byteOffset } = this.buffer;
    return Buffer.from(buffer, byteOffset + offset, length);
  }
}

function indexOfView(view) {
  if (Buffer.isBuffer(view)) return kBuffer;
  const tag = Object.prototype.toString.call(view).slice(8, -1);
  return viewTypes.findIndex((type) => type !== Buffer && type.name === tag);
}

class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  // Only the bytes that a view shows are written, not all of its buffer.
  _writeHostObject(view) {
    const index = ArrayBuffer.isView(view) ? indexOfView(view) : -1;
    if (index === -1) {
      const { inspect } = require('internal/util/inspect');
      throw this._getDataCloneError(`Unserializable host object: ${inspect(view)}`);
    }
    this.writeUint32(index);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}

class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const View = viewTypes[this.readUint32()];
    const byteLength = this.readUint32();
    const bytes = this.readRawBytes(byteLength);
    if (View === undefined) throw new Error('Unknown host object type');
    if (View === Buffer) return Buffer.from(bytes);
    const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + byteLength);
    return new View(copy, 0, byteLength / (View.BYTES_PER_ELEMENT ?? 1));
  }
}

function serialize(value) {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(buffer) {
  checkView(buffer, 'buffer');
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}

module.exports = {
  DefaultDeserializer, DefaultSerializer, Deserializer, Serializer, deserialize, serialize,
};
