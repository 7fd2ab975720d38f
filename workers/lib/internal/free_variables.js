'use strict';

// Which variables a function's text uses and does not declare itself. Parses the text and resolves
// every identifier; what is left is a global or a variable of the code around the function.

const acorn = require('npm:acorn');

class Scope {
  constructor(parent) {
    this.parent = parent;
    this.names = new Set();
  }

  has(name) {
    for (let scope = this; scope !== undefined; scope = scope.parent) {
      if (scope.names.has(name)) return true;
    }
    return false;
  }
}

function isNode(value) {
  return typeof value === 'object' && value !== null && typeof value.type === 'string';
}

function children(node, visit) {
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) {
      visit(value);
    }
  }
}

function declarePattern(pattern, scope) {
  switch (pattern?.type) {
    case 'Identifier':
      scope.names.add(pattern.name);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        declarePattern(property.type === 'RestElement' ? property.argument : property.value, scope);
      }
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) declarePattern(element, scope);
      break;
    case 'AssignmentPattern':
      declarePattern(pattern.left, scope);
      break;
    case 'RestElement':
      declarePattern(pattern.argument, scope);
      break;
  }
}

const kFunctions = new Set([
  'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression',
]);

// `var` and functions in blocks belong to the function around them.
function hoist(node, scope) {
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    for (const { id } of node.declarations) declarePattern(id, scope);
  }
  if (node.type === 'FunctionDeclaration') scope.names.add(node.id.name);
  if (kFunctions.has(node.type) || node.type === 'StaticBlock') return;
  children(node, (child) => hoist(child, scope));
}

// let, const, class and function declared directly in a list of statements.
function declareLexical(statements, scope) {
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration') {
      for (const { id } of statement.declarations) declarePattern(id, scope);
    } else if (statement.type === 'ClassDeclaration' || statement.type === 'FunctionDeclaration') {
      scope.names.add(statement.id.name);
    }
  }
}

class Finder {
  constructor() {
    this.free = new Map();  // name → first node
    this.tested = new Set();  // names under typeof: feature tests
  }

  reference(node, scope) {
    if (!scope.has(node.name) && !this.free.has(node.name)) this.free.set(node.name, node);
  }

  visitFunction(node, scope) {
    const inner = new Scope(scope);
    if (node.type === 'FunctionExpression' && node.id) inner.names.add(node.id.name);
    if (node.type !== 'ArrowFunctionExpression') inner.names.add('arguments');
    for (const parameter of node.params) declarePattern(parameter, inner);
    hoist(node.body.type === 'BlockStatement' ? { type: 'Body', body: node.body.body }
      : node.body, inner);
    for (const parameter of node.params) this.visit(parameter, inner);
    this.visit(node.body, inner);
  }

  visitClass(node, scope) {
    const inner = new Scope(scope);
    if (node.id) inner.names.add(node.id.name);
    if (node.superClass) this.visit(node.superClass, inner);
    for (const member of node.body.body) this.visit(member, inner);
  }

  visitBlock(node, statements, scope) {
    const inner = new Scope(scope);
    declareLexical(statements, inner);
    children(node, (child) => this.visit(child, inner));
  }

  visit(node, scope) {
    switch (node.type) {
      case 'Identifier':
        return this.reference(node, scope);
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.visitFunction(node, scope);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.visitClass(node, scope);
      case 'StaticBlock': {
        const inner = new Scope(scope);
        hoist({ type: 'Body', body: node.body }, inner);
        inner.names.add('arguments');
        return this.visitBlock(node, node.body, inner);
      }
      case 'BlockStatement':
        return this.visitBlock(node, node.body, scope);
      case 'SwitchStatement':
        return this.visitBlock(node, node.cases.flatMap((part) => part.consequent), scope);
      case 'ForStatement':
        return this.visitBlock(node, node.init ? [node.init] : [], scope);
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.visitBlock(node, [node.left], scope);
      case 'CatchClause': {
        const inner = new Scope(scope);
        if (node.param) declarePattern(node.param, inner);
        return children(node, (child) => this.visit(child, inner));
      }
      case 'MemberExpression':
        this.visit(node.object, scope);
        if (node.computed) this.visit(node.property, scope);
        return undefined;
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.computed) this.visit(node.key, scope);
        if (node.value) this.visit(node.value, scope);
        return undefined;
      case 'LabeledStatement':
        return this.visit(node.body, scope);
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return undefined;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && node.argument.type === 'Identifier') {
          this.tested.add(node.argument.name);
          return undefined;
        }
        break;
    }
    return children(node, (child) => this.visit(child, scope));
  }
}

// The free variables of an expression's text in the order of their first use: [{ name, line }].
// Throws a SyntaxError for what is not an expression.
function freeVariables(text) {
  const tree = acorn.parse(`(${text}\n)`, {
    ecmaVersion: 'latest', sourceType: 'script', locations: true, allowAwaitOutsideFunction: false,
  });
  const finder = new Finder();
  finder.visit(tree.body[0].expression, new Scope());
  return [...finder.free.values()]
    .filter(({ name }) => !finder.tested.has(name))
    .sort((a, b) => a.start - b.start)
    .map(({ name, loc }) => ({ name, line: loc.start.line }));
}

module.exports = { freeVariables };
