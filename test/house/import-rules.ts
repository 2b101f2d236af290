// Rules about who imports whom. Each takes sources and returns what breaks it, in words; none means the rule holds.
import { builtinModules } from 'node:module';
import type { Source } from './sources.js';
import { NODE_ALLOWED, SIBLINGS, TABLE, WINGS, type Room } from './table.js';

/** The room of a file: the longest entry of the table that it lies in. */
export function roomOf(path: string, table: readonly Room[] = TABLE): Room | undefined {
  return table.filter((room) => within(path, room.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

export function within(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** Imports between rooms that the table does not allow, and files without a room. */
export function importsAgainstTable(sources: readonly Source[], table: readonly Room[] = TABLE): string[] {
  return sources.flatMap(({ path, imports }) => {
    const room = roomOf(path, table);
    if (!room) return [`${path}: no room of the import table`];
    return imports.flatMap(({ file, specifier, line }) => {
      if (file === undefined) return packageFaults(room, path, specifier, line);
      const target = roomOf(file, table);
      if (target === room || (target && room.imports.includes(target.path))) return [];
      return [`${path}:${line}: ${room.path} may not import ${file}`];
    });
  });
}

function packageFaults(room: Room, path: string, specifier: string, line: number): string[] {
  if (isNodeModule(specifier)) return [];
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return room.packages?.includes(name) ? [] : [`${path}:${line}: ${room.path} may not import the package ${name}`];
}

/** Entries of the table that contradict the order of the wings, name no room, or lead in a circle. */
export function tableFaults(table: readonly Room[] = TABLE): string[] {
  const rooms = new Map(table.map((room) => [room.path, room]));
  const faults = table.flatMap((room) => room.imports.flatMap((path) => {
    const target = rooms.get(path);
    if (!target) return [`${room.path} imports ${path}, which is no room`];
    if (!room.wing || !target.wing) return room.wing && room.wing !== 'app' ? [`${room.path} imports ${path} from outside the house`] : [];
    return WINGS.indexOf(target.wing) > WINGS.indexOf(room.wing) ? [`${room.path} imports ${path}, a higher wing`] : [];
  }));
  const cycle = findCycle(table.map(({ path }) => path), (path) => rooms.get(path)?.imports ?? []);
  return cycle ? [...faults, `rooms in a circle: ${cycle.join(' -> ')}`] : faults;
}

/** A circle of files that import one another, if there is one. */
export function importCycles(sources: readonly Source[]): string[] {
  const files = new Map(sources.map((source) => [source.path, source]));
  const faults: string[] = [];
  const left = new Set(files.keys());
  for (;;) {
    const cycle = findCycle([...left], (path) => files.get(path)!.imports.flatMap(({ file }) => (file && left.has(file) ? [file] : [])));
    if (!cycle) return faults;
    faults.push(`imports in a circle: ${cycle.join(' -> ')}`);
    // Cut it at one file, so that the next circle shows too.
    left.delete(cycle[0]!);
  }
}

/** A walk that returns to its first node, or undefined. */
function findCycle(nodes: readonly string[], next: (node: string) => readonly string[]): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (node: string): string[] | undefined => {
    const at = path.indexOf(node);
    if (at >= 0) return [...path.slice(at), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const target of next(node)) {
      const cycle = walk(target);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const cycle = walk(node);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Policies, devices and ISAs that import a sibling; the index of a folder names its files. */
export function siblingImports(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const folder = SIBLINGS.find((place) => within(path, place));
    if (folder === undefined || path.endsWith('/index.ts')) return [];
    const own = path.replace(/\.ts$/, '.');
    return imports.filter(({ file }) => file !== undefined && within(file, folder) && !file.startsWith(own))
      .map(({ file, line }) => `${path}:${line}: imports its sibling ${file}`);
  });
}

/** Modules of Node outside the folders that may know it. */
export function nodeImports(sources: readonly Source[]): string[] {
  return sources.filter(({ path }) => !NODE_ALLOWED.some((folder) => within(path, folder)))
    .flatMap(({ path, imports }) => imports.filter(({ specifier }) => isNodeModule(specifier))
      .map(({ specifier, line }) => `${path}:${line}: imports ${specifier}; only ${NODE_ALLOWED.join(', ')} may know Node`));
}

function isNodeModule(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** Files in policies/ that the catalogue does not import. */
export function uncataloguedPolicies(sources: readonly Source[]): string[] {
  const catalogue = sources.find(({ path }) => path === 'src/server/placement/catalogue.ts');
  const entered = new Set(catalogue?.imports.map(({ file }) => file));
  return sources.filter(({ path }) => within(path, 'src/server/placement/policies') && !entered.has(path))
    .map(({ path }) => `${path}: no entry in ${catalogue?.path ?? 'a catalogue'}`);
}
