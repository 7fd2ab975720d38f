'use strict';

// The text of console.table: rows and columns from arrays, objects, maps, sets and iterators.

const { previewEntries } = internalBinding('util');
const {
  isMap, isMapIterator, isSet, isSetIterator, isTypedArray,
} = require('internal/util/types');
const { getStringWidth } = require('internal/util/inspect');

const kIndex = '(index)';
const kIterationIndex = '(iteration index)';
const kKey = 'Key';
const kValues = 'Values';

function renderRow(row, widths) {
  let text = '│';
  for (let i = 0; i < row.length; i++) {
    const needed = widths[i] - getStringWidth(row[i]);
    text += ` ${row[i]}${' '.repeat(needed - 1)}│`;
  }
  return text;
}

// `columns` is a list of columns, each a list of cells, one per row.
function render(head, columns) {
  const rows = [];
  const widths = head.map((name) => getStringWidth(name) + 2);
  const height = Math.max(0, ...columns.map((column) => column.length));
  for (let i = 0; i < columns.length; i++) {
    for (let j = 0; j < height; j++) {
      rows[j] ??= [];
      const cell = rows[j][i] = Object.hasOwn(columns[i], j) ? columns[i][j] : '';
      widths[i] = Math.max(widths[i], getStringWidth(cell) + 2);
    }
  }
  const lines = widths.map((width) => '─'.repeat(width));
  let text = `┌${lines.join('┬')}┐\n${renderRow(head, widths)}\n├${lines.join('┼')}┤\n`;
  for (const row of rows) text += `${renderRow(row, widths)}\n`;
  return `${text}└${lines.join('┴')}┘`;
}

function isPrimitive(value) {
  return value === null || (typeof value !== 'function' && typeof value !== 'object');
}

// `inspectAt(value, depth)` gives a cell's text.
function tableFor(data, properties, inspectAt) {
  const cell = (value) => {
    const depth = value !== null && typeof value === 'object' && !Array.isArray(value) &&
      Object.keys(value).length > 2 ? -1 : 0;
    return inspectAt(value, depth);
  };
  const indices = (length) => Array.from({ length }, (_, i) => cell(i));

  const mapIterator = isMapIterator(data);
  let isKeyValue = false;
  let i = 0;
  if (mapIterator) {
    const result = previewEntries(data, true);
    data = result[0];
    isKeyValue = result[1];
  }
  if (isKeyValue || isMap(data)) {
    const keys = [];
    const values = [];
    let length = 0;
    if (mapIterator) {
      for (; i < data.length / 2; ++i) {
        keys.push(cell(data[i * 2]));
        values.push(cell(data[i * 2 + 1]));
        length++;
      }
    } else {
      for (const { 0: key, 1: value } of data) {
        keys.push(cell(key));
        values.push(cell(value));
        length++;
      }
    }
    return render([kIterationIndex, kKey, kValues], [indices(length), keys, values]);
  }
  const setIterator = isSetIterator(data);
  if (setIterator) data = previewEntries(data);
  if (setIterator || mapIterator || isSet(data)) {
    const values = [];
    for (const value of data) values.push(cell(value));
    return render([kIterationIndex, kValues], [indices(values.length), values]);
  }
  return tableOfObject(data, properties, cell);
}

function tableOfObject(data, properties, cell) {
  const columns = { __proto__: null };
  let hasPrimitives = false;
  const values = [];
  const rowNames = Object.keys(data);
  for (let i = 0; i < rowNames.length; i++) {
    const item = data[rowNames[i]];
    const primitive = isPrimitive(item);
    if (primitive && properties === undefined) {
      hasPrimitives = true;
      values[i] = cell(item);
      continue;
    }
    for (const key of properties ?? Object.keys(item)) {
      columns[key] ??= [];
      columns[key][i] = primitive || !Object.hasOwn(item, key) ? '' : cell(item[key]);
    }
  }
  const names = Object.keys(columns);
  const cells = Object.values(columns);
  if (hasPrimitives) {
    names.push(kValues);
    cells.push(values);
  }
  names.unshift(kIndex);
  cells.unshift(isTypedArray(data) ? [...rowNames] : rowNames);
  return render(names, cells);
}

module.exports = { tableFor };
