// Seeded randomness: one named stream per vCPU, link, device or policy, so that adding a consumer does not shift the others.
// Generator: Johannes Baagoe's Alea, from the seedrandom package; its state is plain JSON, so a stream can be snapshotted.
import seedrandom from 'seedrandom';

export type RandomState = { readonly seed: string; readonly alea: seedrandom.State.Alea };

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, n). */
  below(n: number): number;
  state(): RandomState;
}

/** The stream `name` of the run with seed `seed`. */
export function randomStream(seed: string | number, name: string): Random {
  const key = `${seed}/${name}`;
  return wrapGenerator(key, seedrandom.alea(key, { state: true }));
}

/** Continues a stream from `Random.state()`. */
export function restoreStream(state: RandomState): Random {
  return wrapGenerator(state.seed, seedrandom.alea('', { state: state.alea }));
}

function wrapGenerator(key: string, generator: seedrandom.StatefulPRNG<seedrandom.State.Alea>): Random {
  return {
    next: () => generator(),
    below: (n) => Math.floor(generator() * n),
    state: () => ({ seed: key, alea: generator.state() }),
  };
}
