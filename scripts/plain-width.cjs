// In place of string-width within the bundle: the columns of text that is laid out in a terminal, where every character of ours
// takes one, and colours none.
const COLOURS = /\u001b\[[\d;]*m/g;

module.exports = (text) => [...text.replace(COLOURS, '')].length;
