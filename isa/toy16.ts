// toy16.isa needs nothing from TypeScript.
import type { IsaBinding } from '../src/guest/lang/model.js';

export const toy16Binding: IsaBinding = { externs: {} };
