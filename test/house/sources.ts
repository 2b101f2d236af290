// Source files as the rules of the house see them: path from the root, syntax tree, imports.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root, with the ending .ts, for a relative import; undefined for a package. */
  readonly file: string | undefined;
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Every TypeScript file below the folders, without generated ones, in the order of their paths. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  return folders.flatMap((folder) => filesBelow(root, folder))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts'))
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')));
}

export function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    });
}

export function sourceOf(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return { path, text, tree, imports: importsOf(path, tree) };
}

/** `import`, `import type`, `export from`, `import()` and `typeof import()`. */
function importsOf(path: string, tree: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  visit(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier) imports.push({ specifier: specifier.text, file: resolve(path, specifier.text), line: lineOf(tree, specifier) });
  });
  return imports;
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  const literal = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier
    : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0]
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) ? node.argument.literal
        : undefined;
  return literal && ts.isStringLiteralLike(literal) ? literal : undefined;
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const { pathname } = new URL(specifier, `file:///${from}`);
  return pathname.slice(1).replace(/\.js$/, '.ts');
}

export function visit(node: ts.Node, action: (node: ts.Node) => void): void {
  action(node);
  ts.forEachChild(node, (child) => visit(child, action));
}

export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}
