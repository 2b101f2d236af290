// The page's script: the client functions by their own text, so that they are type-checked here and need no bundler there.
import { decodeModel } from './client/model.js';
import { startPage, type Parts } from './client/page.js';
import { makePages } from './client/pages.js';
import { makeTimeline } from './client/timeline.js';
import { makeTools } from './client/tools.js';

export function clientScript(): string {
  const parts: Parts = { decodeModel, makeTools, makeTimeline, makePages };
  const entries = Object.entries(parts).map(([name, part]) => `${name}: ${String(part)}`);
  return `(${String(startPage)})({\n${entries.join(',\n')}\n});`;
}
