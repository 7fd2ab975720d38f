'use strict';
const assert = require('assert');
const zlib = require('zlib');
const { mustCall, mustNotCall } = require('../common');

const text = 'A line of data\n';

// A flush asked for before the end does not disturb it, whatever the format.
for (const name of ['Gzip', 'BrotliCompress', 'ZstdCompress']) {
  const compressor = zlib[`create${name}`]();
  const inverse = { Gzip: 'Gunzip', BrotliCompress: 'BrotliDecompress',
                    ZstdCompress: 'ZstdDecompress' }[name];
  const decompressor = zlib[`create${inverse}`]();
  let output = '';
  compressor.pipe(decompressor).setEncoding('utf8');
  compressor.on('error', mustNotCall(name));
  decompressor.on('error', mustNotCall(inverse));
  decompressor.on('data', (chunk) => { output += chunk; });
  decompressor.on('end', mustCall(() => assert.strictEqual(output, text + text)));
  compressor.flush();
  compressor.write(text);
  compressor.flush(name === 'Gzip' ? zlib.constants.Z_PARTIAL_FLUSH : undefined);
  compressor.write(text);
  compressor.flush(name === 'Gzip' ? zlib.constants.Z_PARTIAL_FLUSH : undefined);
  compressor.end();
}

// Bytes after the end: zeros are padding to gunzip, anything else must be a member.
const gzipped = zlib.gzipSync(text);
const padded = Buffer.concat([gzipped, Buffer.alloc(9)]);
assert.strictEqual(zlib.gunzipSync(padded).toString(), text);
assert.strictEqual(zlib.gunzipSync(Buffer.concat([gzipped, gzipped])).toString(), text + text);
assert.throws(() => zlib.gunzipSync(Buffer.concat([gzipped, Buffer.from('junk')])),
              { code: 'Z_DATA_ERROR', message: 'incorrect header check' });
assert.strictEqual(
  zlib.unzipSync(Buffer.concat([zlib.deflateSync(text), Buffer.from('junk')])).toString(), text);

// The codecs' own names for what is wrong.
assert.throws(() => zlib.brotliDecompressSync(Buffer.from('garbage!!')),
              { code: 'ERR__ERROR_FORMAT_PADDING_1', errno: -14 });
assert.throws(() => zlib.zstdDecompressSync(Buffer.from('garbage!!')),
              { code: 'ZSTD_error_prefix_unknown', errno: zlib.constants.ZSTD_error_prefix_unknown });
const pledged = zlib.createZstdCompress({ pledgedSrcSize: 4 });
pledged.on('error', mustCall((error) => {
  assert.strictEqual(error.code, 'ZSTD_error_srcSize_wrong');
}));
pledged.end('more than four');
pledged.resume();

// Options and arguments.
assert.throws(() => zlib.createBrotliCompress({ params: { '0': 0, '00': 0 } }),
              { code: 'ERR_BROTLI_INVALID_PARAM', message: '00 is not a valid Brotli parameter' });
assert.throws(() => zlib.createZstdDecompress({ params: { 402: 0 } }),
              { code: 'ERR_ZSTD_INVALID_PARAM' });
assert.throws(() => zlib.createZstdCompress({ pledgedSrcSize: -1 }), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => zlib.brotliCompressSync('', { dictionary: Buffer.alloc(1) }),
              { code: 'ERR_NOT_IMPLEMENTED' });
assert.throws(() => new zlib.Gunzip({ objectMode: true }).write({}),
              { code: 'ERR_INVALID_ARG_TYPE' });
zlib.gunzip(gzipped, { maxOutputLength: 2 }, mustCall((...args) => {
  assert.strictEqual(args.length, 1);
  assert.strictEqual(args[0].code, 'ERR_BUFFER_TOO_LARGE');
}));
process.once('warning', mustCall((warning) => assert.strictEqual(warning.code, 'DEP0184')));
const closed = zlib.Inflate();
assert.ok(closed instanceof zlib.Inflate);
closed.destroy();
assert.strictEqual(closed._handle, null);

// The web streams take nothing after the end, and fail with TypeErrors only.
async function readAll(format, bytes) {
  const stream = new DecompressionStream(format);
  const writer = stream.writable.getWriter();
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  while (!(await reader.read()).done);
}
async function main() {
  await readAll('gzip', gzipped);
  await assert.rejects(readAll('gzip', padded),
                       { name: 'TypeError', code: 'ERR_TRAILING_JUNK_AFTER_STREAM_END' });
  await assert.rejects(readAll('deflate', Buffer.from('corrupt')),
                       { name: 'TypeError', code: 'Z_DATA_ERROR' });
}
main().then(mustCall());
