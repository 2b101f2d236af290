// Every second row of the pairwise cover of the table of programs.
import { testHalf } from './cover.js';

testHalf(1);
